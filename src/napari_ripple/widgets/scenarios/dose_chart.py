"""The response to the dose: one gene with the spread over cells, or the mean of all; placebos beside it where they were run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyqtgraph as pg
from qtpy.QtGui import QColor

from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.chart import Chart

TIP = (
    "Response against dose (simulated). Dots: doses that were run. Pale band: ± standard deviation over the cells. Grey dashes: what "
    "placebos of the same dose do."
)


class DoseChart(Chart):
    """A curve over doses."""

    def __init__(self) -> None:
        super().__init__("dose", "response")
        self.add_line(0)
        pale = QColor(tones.CHANGED)
        pale.setAlpha(50)
        self.low, self.high = pg.PlotDataItem(), pg.PlotDataItem()
        self.band = pg.FillBetweenItem(self.low, self.high, brush=pg.mkBrush(pale))
        self.curve = pg.PlotDataItem(symbol="o", symbolSize=7, symbolPen=None)
        self.curve.setPen(pg.mkPen(tones.CHANGED, width=2))
        self.curve.setSymbolBrush(pg.mkBrush(tones.CHANGED))
        dashed = pg.mkPen(tones.OBSERVED, width=1, style=pg.QtCore.Qt.PenStyle.DashLine)
        self.noise = (pg.PlotDataItem(pen=dashed), pg.PlotDataItem(pen=dashed))
        for item in (self.band, *self.noise, self.curve):
            self.addItem(item)
        self.setToolTip(TIP)

    def show_gene(self, curve: pd.DataFrame) -> None:
        """Draw one gene (``dose``, ``response``, ``spread``, ``noise``)."""
        x, y, spread = (curve[name].to_numpy(dtype=float) for name in ("dose", "response", "spread"))
        self._draw(x, y, np.nan_to_num(spread), curve["noise"].to_numpy(dtype=float))
        self.name_axes("dose", "response")

    def show_mean(self, table: pd.DataFrame) -> None:
        """Draw the mean |response| of the genes that were not edited (``dose``, ``effect``, ``placebo``)."""
        x, y = (table[name].to_numpy(dtype=float) for name in ("dose", "effect"))
        self._draw(x, y, np.zeros(len(x)), table["placebo"].to_numpy(dtype=float), both_sides=False)
        self.name_axes("dose", "mean |response|")

    def _draw(
        self, x: np.ndarray, y: np.ndarray, spread: np.ndarray, noise: np.ndarray, *, both_sides: bool = True
    ) -> None:
        self.curve.setData(x, y)
        self.low.setData(x, y - spread)
        self.high.setData(x, y + spread)
        for sign, item in zip((1, -1), self.noise):
            known = np.isfinite(noise) & (both_sides or sign > 0)
            item.setData(x[known], sign * noise[known])
