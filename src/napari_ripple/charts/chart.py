"""What every chart is: a plot of one table that tells what is under the pointer, gives the gene that is clicked, and can be printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyqtgraph as pg
from qtpy.QtCore import QPointF, Qt, Signal

from napari_ripple.charts.axes import name_axes
from napari_ripple.charts.ink import NIGHT, Ink

HEIGHT, AXIS_HEIGHT, AXIS_WIDTH = 190, 42, 56
MARGINS = (2, 6, 8, 8)


@dataclass(frozen=True, eq=False)
class Shown:
    """What a chart shows.

    Parameters
    ----------
    table
        The numbers, one row a point, bar or field; what is saved as CSV.
    title
        What it is, without the word simulated, which is added wherever it is shown.
    left, bottom
        Titles of the axes.
    colors
        Colours (``#rrggbb``) by name, for charts of named things.
    line
        A value from which on something counts; None for none.
    mark
        The gene that colours the tissue, or "".
    """

    table: pd.DataFrame
    title: str
    left: str = ""
    bottom: str = ""
    colors: dict[str, str] = field(default_factory=dict)
    line: float | None = None
    mark: str = ""


class Chart(pg.PlotWidget):
    """A plot without menus that stays as it is under the wheel, so that the panel around it scrolls.

    Emits ``picked`` with the name (column ``name`` or ``gene``) of what is clicked. Siblings say how they draw, and which
    row of the table is at a place.
    """

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.shown = Shown(pd.DataFrame(), "")
        self.ink = NIGHT
        self._drawn: list[Any] = []
        self.setFixedHeight(HEIGHT)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        for side in ("left", "bottom"):
            self.getAxis(side).enableAutoSIPrefix(False)
        self.getAxis("bottom").setHeight(AXIS_HEIGHT)
        self.getAxis("left").setWidth(AXIS_WIDTH)  # else new numbers lay the chart out, and draw the window, twice
        self.getPlotItem().setContentsMargins(*MARGINS)
        self.scene().sigMouseMoved.connect(self._hover)
        self.scene().sigMouseClicked.connect(self._click)

    def show_table(self, shown: Shown) -> None:
        """Draw another table."""
        self.shown = shown
        self._draw_anew()

    def dress(self, ink: Ink) -> None:
        """Take other colours."""
        if ink == self.ink and self._drawn:
            return
        self.ink = ink
        self.setBackground(ink.back)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(self.pen(ink.line))
            axis.setTextPen(ink.quiet)
        self._draw_anew()

    def resizeEvent(self, event: Any) -> None:
        """Longer or shorter axes have room for other titles."""
        super().resizeEvent(event)
        if hasattr(self, "_drawn") and self.plotItem is not None:  # it is gone when the chart is closed
            self._name_axes()

    def draw(self, shown: Shown) -> None:
        """Put items on the plot by :meth:`put`."""

    def row_at(self, x: float, y: float) -> int | None:
        """The row of the table at a place in the chart's own numbers, or None."""
        return None

    def words_of(self, row: int) -> str:
        """What is said about a row under the pointer: all its numbers."""
        return ", ".join(
            f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in self.shown.table.iloc[row].items()
        )

    def pen(self, color: str, width: float = 1.0, **options: Any) -> Any:
        """A pen for lines, as thick as the paper needs."""
        return pg.mkPen(color, width=width * self.ink.pen, **options)

    def put(self, *items: Any) -> None:
        """Add items that the next drawing replaces."""
        for item in items:
            self.addItem(item)
            self._drawn.append(item)

    def _draw_anew(self) -> None:
        for item in self._drawn:
            self.removeItem(item)
        self._drawn.clear()
        self._name_axes()
        if len(self.shown.table):
            self.draw(self.shown)

    def _name_axes(self) -> None:
        name_axes(self, {"left": self.shown.left, "bottom": self.shown.bottom}, self.ink.quiet)

    def _row_under(self, place: QPointF) -> int | None:
        box = self.getPlotItem().vb
        if not len(self.shown.table) or not box.sceneBoundingRect().contains(place):
            return None
        at = box.mapSceneToView(place)
        return self.row_at(at.x(), at.y())

    def _hover(self, place: QPointF) -> None:
        row = self._row_under(place)
        words = "" if row is None else self.words_of(row)
        if words != self.toolTip():
            self.setToolTip(words)

    def _click(self, event: Any) -> None:
        row = self._row_under(event.scenePos())
        if row is None or event.button() != Qt.MouseButton.LeftButton:
            return
        column = next((name for name in ("gene", "name") if name in self.shown.table), None)
        if column is not None:
            self.picked.emit(str(self.shown.table[column].iat[row]))
