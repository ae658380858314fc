"""What the charts inside panels share: axes in the theme's colours, with their names, in a box of fixed height."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from qtpy.QtCore import QEvent
from qtpy.QtGui import QColor, QShowEvent

from napari_ripple.charts.axes import name_axes
from napari_ripple.widgets.parts import tones

HEIGHT, AXIS_HEIGHT, AXIS_WIDTH = 200, 42, 58
MARGINS = (2, 6, 8, 8)


class Chart(pg.PlotWidget):
    """A plot that follows the theme; zero lines at 0 of both axes where asked for.

    Parameters
    ----------
    bottom, left
        Names of the axes.
    plot
        The plot's ViewBox, where it is a special one.
    """

    def __init__(self, bottom: str, left: str, *, height: int = HEIGHT, plot: pg.ViewBox | None = None) -> None:
        super().__init__(viewBox=plot, enableMenu=False)
        self._names = {"bottom": bottom, "left": left}
        self._colors: tuple[QColor, ...] = ()
        self.lines: list[pg.InfiniteLine] = []
        self.setFixedHeight(height)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        for side in self._names:
            self.getAxis(side).enableAutoSIPrefix(False)
        self.getAxis("bottom").setHeight(AXIS_HEIGHT)
        self.getAxis("left").setWidth(AXIS_WIDTH)
        self.getPlotItem().setContentsMargins(*MARGINS)

    def add_line(self, angle: float) -> pg.InfiniteLine:
        """A thin line through (0, 0): 0 level, 90 upright, 45 where both axes are equal."""
        line = pg.InfiniteLine((0.0, 0.0), angle=angle)
        self.addItem(line, ignoreBounds=True)
        self.lines.append(line)
        return line

    def name_axes(self, bottom: str, left: str) -> None:
        """Give the axes other names."""
        self._names = {"bottom": bottom, "left": left}
        self._write()

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event is not None and tones.is_theme_change(event) and hasattr(self, "_colors"):
            self._dress()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Take the colours of the window that it has come into."""
        super().showEvent(event)
        self._dress()

    def resizeEvent(self, event: Any) -> None:
        """Longer or shorter axes have room for other titles."""
        super().resizeEvent(event)
        if hasattr(self, "_colors") and self.plotItem is not None:  # it is gone when the chart is closed
            self._write()

    def _dress(self) -> None:
        """Take the theme's colours; they are asked of the parent, as the chart's own background changes its palette."""
        place = self.parentWidget()
        colors = () if place is None else tuple(tones.mixed(place, share) for share in (0.06, 0.35, 0.66))
        if not colors or colors == self._colors:
            return
        self._colors = colors
        back, line, quiet = colors
        self.setBackground(back)
        for side in self._names:
            self.getAxis(side).setPen(line)
            self.getAxis(side).setTextPen(quiet)
        for item in self.lines:
            item.setPen(pg.mkPen(line, width=1))
        self._write()

    def _write(self) -> None:
        if self._colors:
            name_axes(self, self._names, self._colors[-1].name())
