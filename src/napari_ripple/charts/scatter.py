"""One point a gene: what one thing says of it against what another says."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from napari_ripple.charts.chart import Chart, Shown
from napari_ripple.charts.ink import CHANGED, OBSERVED

SIZE, MARKED, HEIGHT = 6, 12, 250
REACH = 0.03
"""A point answers from this share of the chart's width and height away."""
LINES = (0, 90, 45)
"""Angles of the lines through (0, 0): nothing up, nothing across, both alike."""


class Scatter(Chart):
    """Columns ``gene``, then what is across and what is up, and ``edited``: those genes are pale."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)

    def draw(self, shown: Shown) -> None:
        """Points, and a ring around the marked one."""
        for angle in LINES:
            line = pg.InfiniteLine((0.0, 0.0), angle=angle, pen=self.pen(self.ink.line, 1))
            self.addItem(line, ignoreBounds=True)
            self._drawn.append(line)
        x, y = self._places(shown)
        brush = np.where(shown.table["edited"].to_numpy(dtype=bool), pg.mkBrush(OBSERVED), pg.mkBrush(CHANGED))
        self.put(pg.ScatterPlotItem(x=x, y=y, size=SIZE, pen=None, brush=brush))
        is_marked = (shown.table["gene"] == shown.mark).to_numpy()
        ring = self.pen(self.ink.text, 2)
        self.put(pg.ScatterPlotItem(x=x[is_marked], y=y[is_marked], size=MARKED, pen=ring, brush=None))

    def row_at(self, x: float, y: float) -> int | None:
        """The nearest gene, if it is near."""
        (left, right), (bottom, top) = self.viewRange()
        across, up = self._places(self.shown)
        far = np.hypot((across - x) / (right - left), (up - y) / (top - bottom))
        if np.isnan(far).all():
            return None
        nearest = int(np.nanargmin(far))
        return nearest if far[nearest] <= REACH else None

    def _places(self, shown: Shown) -> tuple[np.ndarray, np.ndarray]:
        x, y = (shown.table.iloc[:, place].to_numpy(dtype=float) for place in (1, 2))
        return x, y
