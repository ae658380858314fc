"""Means along a distance as curves: one with the band of its middle half, or one for each of several types."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyqtgraph as pg

from napari_ripple.charts.chart import Chart, Shown
from napari_ripple.charts.curve_names import CurveNames
from napari_ripple.charts.ink import CHANGED

BAND_ALPHA = 50
SMALLEST, MORE = 5.0, 8.0
MOST_COLUMNS, LINE_SHARE, MARK_PX = 3, 0.15, 48
"""Names of curves on a line at most, the share of the chart's height that a line of them takes, and their marks' width."""


class Curves(Chart):
    """Columns ``distance_um``, ``response``, ``cells``, and ``low`` and ``high`` for a band or ``type`` for several curves.

    The larger a point, the more cells are in its ring.
    """

    def __init__(self) -> None:
        super().__init__()
        self.legend: CurveNames | None = None

    def draw(self, shown: Shown) -> None:
        """One curve a type; a band where there is one curve."""
        table = shown.table[shown.table["cells"] > 0]
        self.put(pg.InfiniteLine(0.0, angle=0, pen=self.pen(self.ink.line, 1)))
        if self.legend is not None:
            self.legend.clear()
        if "type" not in table:
            self._band(table)
            self._curve(table, CHANGED, "")
            return
        if self.legend is None:
            self.legend = CurveNames(
                self.getPlotItem(), offset=(-4, 4), labelTextSize="8pt", verSpacing=-6, horSpacing=12
            )
        self.legend.setLabelTextColor(self.ink.text)
        names = list(map(str, table["type"].unique()))
        columns = self._columns(names)
        self.legend.setColumnCount(columns)
        for name, part in table.groupby("type", sort=False):
            self._curve(part, shown.colors.get(str(name), CHANGED), str(name))
        self._make_room(np.nan_to_num(table["response"].to_numpy(dtype=float)), -(-len(names) // columns))

    def row_at(self, x: float, y: float) -> int | None:
        """The nearest point, both axes counting as much as they are long."""
        table, (width, height) = self.shown.table, self._spans()
        far = ((table["distance_um"] - x) / width) ** 2 + ((table["response"] - y) / height) ** 2
        row = far.to_numpy()
        return None if np.isnan(row).all() else int(np.nanargmin(row))

    def _columns(self, names: list[str]) -> int:
        """How many names of curves stand side by side."""
        widest = max(map(self.fontMetrics().horizontalAdvance, names), default=0) + MARK_PX
        return max(1, min(MOST_COLUMNS, int((self.width() - self.getAxis("left").fixedWidth) // widest)))

    def _make_room(self, heights: np.ndarray, lines: int) -> None:
        """Leave the upper part of the chart to some lines of names."""
        share = min(LINE_SHARE * lines, 0.6)
        top, bottom = heights.max(initial=0.0), heights.min(initial=0.0)
        self.setYRange(bottom, top + (top - bottom) * share / (1 - share), padding=0.05)

    def _spans(self) -> tuple[float, float]:
        (left, right), (bottom, top) = self.viewRange()
        return max(right - left, 1e-12), max(top - bottom, 1e-12)

    def _band(self, table: pd.DataFrame) -> None:
        if "low" not in table:
            return
        x = table["distance_um"].to_numpy()
        edges = [pg.PlotCurveItem(x, table[name].to_numpy(), pen=pg.mkPen(None)) for name in ("low", "high")]
        color = pg.mkColor(CHANGED)
        color.setAlpha(BAND_ALPHA)
        self.put(*edges, pg.FillBetweenItem(*edges, brush=color))

    def _curve(self, table: pd.DataFrame, color: str, name: str) -> None:
        cells = table["cells"].to_numpy(dtype=float)
        self.put(
            pg.PlotDataItem(
                table["distance_um"].to_numpy(),
                table["response"].to_numpy(),
                pen=self.pen(color, 2),
                symbol="o",
                symbolBrush=color,
                symbolPen=None,
                symbolSize=SMALLEST + MORE * np.sqrt(cells / max(cells.max(initial=1.0), 1.0)),
                name=name or None,
            )
        )
