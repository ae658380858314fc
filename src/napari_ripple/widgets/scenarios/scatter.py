"""One point a gene: its response under B against that under A; a click chooses the gene."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyqtgraph as pg
from qtpy.QtCore import Signal

from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.chart import Chart

SIZE, CHOSEN_SIZE = 6, 12
TIP = "One point a gene: mean response under A and under B (simulated). On the slanted line both agree. Click a point to show its gene."


class Scatter(Chart):
    """Emits ``chosen`` with the gene of the point that is clicked."""

    chosen = Signal(str)

    def __init__(self, bottom: str = "response under A", left: str = "response under B", tip: str = TIP) -> None:
        super().__init__(bottom, left, height=230)
        for angle in (0, 90, 45):
            self.add_line(angle)
        self.points = pg.ScatterPlotItem(size=SIZE, pen=None, hoverable=True, hoverSize=CHOSEN_SIZE, tip=_tip)
        self.marked = pg.ScatterPlotItem(size=CHOSEN_SIZE, pen=pg.mkPen(tones.CHANGED, width=2), brush=None)
        self.addItem(self.points)
        self.addItem(self.marked)
        self.points.sigClicked.connect(self._clicked)
        self.setToolTip(tip)
        self.table = pd.DataFrame({"gene": [], "a": [], "b": [], "edited": []})

    def show_table(self, table: pd.DataFrame) -> None:
        """Draw the genes of a comparison (``gene``, ``a``, ``b``, ``edited``); edited ones are pale."""
        self.table = table
        edited = table["edited"].to_numpy() != ""
        brushes = np.where(edited, pg.mkBrush(tones.OBSERVED), pg.mkBrush(tones.CHANGED))
        self.points.setData(
            x=table["a"].to_numpy(), y=table["b"].to_numpy(), data=table["gene"].to_numpy(), brush=brushes
        )
        self.mark(None)

    def mark(self, gene: str | None) -> None:
        """Put a ring around the point of a gene."""
        row = self.table[self.table["gene"] == gene]
        self.marked.setData(x=row["a"].to_numpy(dtype=float), y=row["b"].to_numpy(dtype=float))

    def _clicked(self, _: Any, points: Any, *__: Any) -> None:
        if len(points):
            self.chosen.emit(str(points[0].data()))


def _tip(x: float, y: float, data: Any) -> str:
    return f"{data}\n{x:+.3f} across, {y:+.3f} up"
