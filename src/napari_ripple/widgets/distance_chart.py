"""Response against distance from the region's edge, as an interactive chart in the theme's colours."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyqtgraph as pg
from qtpy.QtCore import QEvent
from qtpy.QtGui import QColor, QShowEvent

from napari_ripple.widgets import tones

HEIGHT, AXIS_HEIGHT, AXIS_WIDTH = 180, 42, 56
MARGINS = (2, 6, 8, 8)
BOTTOM = "distance from the region (µm)"


class DistanceChart(pg.PlotWidget):
    """One curve: the mean response in rings around the region; the larger a point, the more cells are in its ring."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        self.curve = self.plot([], [], symbol="o")
        self.zero = pg.InfiniteLine(0.0, angle=0)
        self.addItem(self.zero)
        self.table = pd.DataFrame({"distance_um": [], "response": [], "cells": []})
        self._colors: tuple[QColor, ...] = ()
        self.curve.setPen(pg.mkPen(tones.CHANGED, width=2))
        self.curve.setSymbolBrush(pg.mkBrush(tones.CHANGED))
        self.curve.setSymbolPen(None)
        for side in ("left", "bottom"):
            self.getAxis(side).enableAutoSIPrefix(False)
        self.setLabel("bottom", BOTTOM)
        self.getAxis("bottom").setHeight(AXIS_HEIGHT)
        self.getPlotItem().setContentsMargins(*MARGINS)
        self.getAxis("left").setWidth(AXIS_WIDTH)  # else new numbers lay the chart out, and draw the window, twice

    def show_response(self, table: pd.DataFrame) -> None:
        """Draw a table of rings (``distance_um``, ``response``, ``cells``)."""
        self.table = table[table["cells"] > 0]
        self._draw()

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event is not None and tones.is_theme_change(event) and hasattr(self, "table"):
            self._dress()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Take the colours of the window that it has come into."""
        super().showEvent(event)
        self._dress()

    def _draw(self) -> None:
        cells = self.table["cells"].to_numpy(dtype=float)
        size = 5 + 8 * np.sqrt(cells / cells.max()) if len(cells) else 6
        self.curve.setData(self.table["distance_um"].to_numpy(), self.table["response"].to_numpy(), symbolSize=size)

    def _dress(self) -> None:
        """Take the theme's colours; they are asked of the parent, as the chart's own background changes its palette."""
        place = self.parentWidget()
        colors = () if place is None else tuple(tones.mixed(place, share) for share in (0.06, 0.35, 0.66))
        if not colors or colors == self._colors:
            return
        self._colors = colors
        back, line, quiet = colors
        self.setBackground(back)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(line)
            axis.setTextPen(quiet)
        self.setLabel("bottom", BOTTOM, color=quiet.name())
        self.zero.setPen(pg.mkPen(line, width=1))
