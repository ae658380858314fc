"""The switch between what was measured and what is simulated: observed, control, perturbed, response."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtGui import QResizeEvent
from qtpy.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QSizePolicy, QWidget

from napari_ripple.session import VIEWS

TIPS = {
    "observed": "The measured cells.",
    "control": "Regenerated without the edit (simulated).",
    "perturbed": "Observed + (perturbed − control): the edit's effect on the measured cells (simulated).",
    "response": "Perturbed − control: what the edit changes (simulated).",
}
ONE_LINE_WIDTH = 270


class ViewSwitch(QWidget):
    """Four buttons, one of them down; emits ``chosen`` with the name of the view."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        for place, view in enumerate(VIEWS):
            button = QPushButton(view)
            button.setCheckable(True)
            button.setToolTip(f"{TIPS[view]} (Ctrl+{place + 1})")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(button, place)
            self.buttons[view] = button
        self._group.idClicked.connect(self._emit)
        self._place(len(VIEWS))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Two lines where there is no room for one."""
        super().resizeEvent(event)
        self._place(len(VIEWS) if self.width() >= ONE_LINE_WIDTH else len(VIEWS) // 2)

    def show_view(self, view: str) -> None:
        """Press the button of the view that is shown; nothing is emitted."""
        self.buttons[view].setChecked(True)

    def show_available(self, has_simulation: bool) -> None:
        """Without a simulation only the observed cells can be shown."""
        for view, button in self.buttons.items():
            button.setEnabled(view == "observed" or has_simulation)

    def _place(self, per_line: int) -> None:
        for place, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, place // per_line, place % per_line)

    def _emit(self, place: int) -> None:
        self.chosen.emit(VIEWS[place])
