"""The response to the dose: one gene with the spread over cells, or the mean of all; placebos beside it where they were run."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from napari_ripple.charts.chart import Chart, Shown
from napari_ripple.charts.ink import CHANGED, OBSERVED

BAND_ALPHA, POINT = 50, 7


class DoseCurve(Chart):
    """Columns ``dose``, ``response``, ``noise`` (of placebos; NaN without), and for one gene ``spread``, which makes a band."""

    def draw(self, shown: Shown) -> None:
        """Band, noise, curve."""
        table = shown.table
        x, y, noise = (table[name].to_numpy(dtype=float) for name in ("dose", "response", "noise"))
        self.put(pg.InfiniteLine(0.0, angle=0, pen=self.pen(self.ink.line, 1)))
        has_band = "spread" in table
        if has_band:
            spread = np.nan_to_num(table["spread"].to_numpy(dtype=float))
            edges = [pg.PlotCurveItem(x, y + sign * spread, pen=pg.mkPen(None)) for sign in (-1, 1)]
            color = pg.mkColor(CHANGED)
            color.setAlpha(BAND_ALPHA)
            self.put(*edges, pg.FillBetweenItem(*edges, brush=color))
        dashed = self.pen(OBSERVED, 1, style=pg.QtCore.Qt.PenStyle.DashLine)
        known = np.isfinite(noise)
        for sign in (1, -1) if has_band else (1,):
            if known.any():
                self.put(pg.PlotDataItem(x[known], sign * noise[known], pen=dashed))
        curve = {"symbol": "o", "symbolSize": POINT, "symbolPen": None, "symbolBrush": CHANGED}
        self.put(pg.PlotDataItem(x, y, pen=self.pen(CHANGED, 2), **curve))

    def row_at(self, x: float, y: float) -> int | None:
        """The nearest dose."""
        far = (self.shown.table["dose"] - x).abs().to_numpy()
        return None if np.isnan(far).all() else int(np.nanargmin(far))
