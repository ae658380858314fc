"""How a training goes: loss on the cells it learns from and on the held-out ones, step by step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg

from napari_ripple.state.training import Look
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.drawn.chart import Chart

TIP = "Loss on the cells that are learned from and on held-out ones: lower is better. The weights of the lowest held-out loss are kept."


class LossChart(Chart):
    """Two curves, and a ring around the look whose weights are kept."""

    def __init__(self) -> None:
        super().__init__("training steps", "loss", height=170)
        self.setToolTip(TIP)
        self.trained = self.plot([], [], pen=pg.mkPen(tones.OBSERVED, width=2))
        self.held_out = self.plot([], [], pen=pg.mkPen(tones.CHANGED, width=2))
        for curve, color in ((self.trained, tones.OBSERVED), (self.held_out, tones.CHANGED)):
            curve.setSymbol("o")
            curve.setSymbolSize(4)
            curve.setSymbolBrush(pg.mkBrush(color))
            curve.setSymbolPen(None)
        self.best = pg.ScatterPlotItem(size=13, brush=None, pen=pg.mkPen(tones.CHANGED, width=2))
        self.addItem(self.best)

    def show_looks(self, looks: Sequence[Look]) -> None:
        """Draw what has been seen so far."""
        table = np.array(looks, dtype=float).reshape(-1, len(Look._fields))
        self.trained.setData(table[:, 0], table[:, 1])
        self.held_out.setData(table[:, 0], table[:, 2])
        place = [int(np.argmin(table[:, 2]))] if len(table) else []
        self.best.setData(table[place, 0], table[place, 2])


def legend() -> str:
    """What the two colours stand for (HTML)."""
    return (
        f"<span style='color:{tones.OBSERVED}'>●</span> learned from &nbsp; "
        f"<span style='color:{tones.CHANGED}'>●</span> held out &nbsp; <span style='color:{tones.CHANGED}'>◯</span> kept"
    )
