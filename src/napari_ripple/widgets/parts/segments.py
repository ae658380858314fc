"""Buttons side by side of which one is down; in two lines where there is no room for one."""

from __future__ import annotations

from collections.abc import Mapping

from qtpy.QtCore import Signal
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QSizePolicy, QWidget


class Segments(QWidget):
    """Emits ``chosen`` with the name of the button that the user presses.

    Parameters
    ----------
    tips
        Names of the buttons, in order, and what each tooltip says.
    room
        Width in pixels from which on they stand in one line.
    """

    chosen = Signal(str)

    def __init__(self, tips: Mapping[str, str], room: int) -> None:
        super().__init__()
        self._room = room
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        for place, (name, tip) in enumerate(tips.items()):
            button = QPushButton(name)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(button, place)
            self.buttons[name] = button
        self._group.idClicked.connect(self._emit)
        self._place(len(tips))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Two lines where there is no room for one."""
        super().resizeEvent(event)
        self._place(len(self.buttons) if self.width() >= self._room else (len(self.buttons) + 1) // 2)

    def press(self, name: str | None) -> None:
        """Press one button, or none; nothing is emitted."""
        self._group.setExclusive(False)
        for other, button in self.buttons.items():
            button.setChecked(other == name)
        self._group.setExclusive(True)

    def pressed(self) -> str | None:
        """The name of the button that is down."""
        return next((name for name, button in self.buttons.items() if button.isChecked()), None)

    def _place(self, per_line: int) -> None:
        for place, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, place // per_line, place % per_line)

    def _emit(self, place: int) -> None:
        self.chosen.emit(list(self.buttons)[place])
