"""Buttons side by side, in as many lines as their words need: two, where one line would cut them off."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QGridLayout, QSizePolicy, QWidget

SPACING = 3


class Wrapped(QWidget):
    """Widgets that share the width there is.

    Parameters
    ----------
    widgets
        In order; those that are hidden take no place.
    """

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self._widgets = widgets
        self._placed: tuple[int, tuple[QWidget, ...]] = (0, ())
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACING)
        for widget in widgets:
            widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._place()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another width may need other lines."""
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent | None) -> bool:
        """One that is hidden makes room, one that is shown again takes it."""
        done = super().event(event)
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return done

    def _place(self) -> None:
        """Put them on as few lines as hold their words, where that is not how they stand already."""
        shown = tuple(widget for widget in self._widgets if not is_put_away(widget))
        wanted = (fitting([widget.sizeHint().width() for widget in shown], self.width()), shown)
        if wanted == self._placed:
            return
        self._placed = wanted
        for number, widget in enumerate(shown):
            self._grid.addWidget(widget, *divmod(number, wanted[0]))


def is_put_away(widget: QWidget) -> bool:
    """Whether somebody has hidden a widget; one that is not in a window yet is not hidden for that."""
    return widget.isHidden() and widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)


def fitting(widths: Sequence[int], room: int) -> int:
    """How many widgets of these widths stand on a line, when the lines shall be few and equally long; at least 1.

    >>> fitting([60, 60, 60, 60, 60], 330), fitting([60, 60, 60, 60, 60], 230), fitting([60, 60, 60, 60, 60], 10)
    (5, 3, 1)
    """
    for lines in range(1, len(widths) + 1):
        per_line = math.ceil(len(widths) / lines)
        columns = [max(widths[place::per_line]) for place in range(per_line)]
        if sum(columns) + SPACING * (per_line - 1) <= room:
            return per_line
    return 1
