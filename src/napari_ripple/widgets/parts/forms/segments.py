"""Buttons side by side of which one is down."""

from __future__ import annotations

from collections.abc import Mapping

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QButtonGroup, QPushButton

from napari_ripple.widgets.parts.wrapped import Wrapped


class Segments(Wrapped):
    """Emits ``chosen`` with the name of the button that the user presses.

    Parameters
    ----------
    tips
        Names of the buttons, in order, and what each tooltip says.
    """

    chosen = Signal(str)

    def __init__(self, tips: Mapping[str, str]) -> None:
        self.buttons = {name: QPushButton(name) for name in tips}
        super().__init__(*self.buttons.values())
        self._group = QButtonGroup(self)
        for place, (button, tip) in enumerate(zip(self.buttons.values(), tips.values())):
            button.setCheckable(True)
            button.setToolTip(tip)
            self._group.addButton(button, place)
        self._group.idClicked.connect(self._emit)

    def press(self, name: str | None) -> None:
        """Press one button, or none; nothing is emitted."""
        self._group.setExclusive(False)
        for other, button in self.buttons.items():
            button.setChecked(other == name)
        self._group.setExclusive(True)

    def pressed(self) -> str | None:
        """The name of the button that is down."""
        return next((name for name, button in self.buttons.items() if button.isChecked()), None)

    def _emit(self, place: int) -> None:
        self.chosen.emit(list(self.buttons)[place])
