"""Shows one view alone, or a second one: right of a line that is dragged, or on a copy of the tissue beside the first."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QLabel, QSlider, QVBoxLayout, QWidget

from napari_ripple.session import VIEWS
from napari_ripple.state.view import Second
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.forms.segments import Segments
from napari_ripple.widgets.parts.page import row

MODES = {
    "one view": "Show one view alone.",
    "swipe": "The first view is left of a line, a second one right of it; drag the line on the tissue, or the slider here (Ctrl+5).",
    "side by side": "A second view on a copy of the tissue at the right, under the same camera (Ctrl+6).",
}
STEPS = 1000


class CompareViews(QWidget):
    """Emits ``chosen`` with a mode ("one view", "swipe", "side by side") and the second view, ``moved`` with the line's place.

    The place is a share of the section's width, from 0 (left) to 1.
    """

    chosen = Signal(str, str)
    moved = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.modes = Segments(MODES)
        self.view = DropDown()
        self.view.addItems(list(VIEWS))
        self.view.setToolTip("The second view; the buttons above choose the first one.")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setToolTip("Where the line stands: the first view is left of it, the second one right.")
        self.second = QWidget()
        self.second.setLayout(row(QLabel("right"), self.view, self.slider, stretch=2))
        self.modes.chosen.connect(self._choose)
        self.view.activated.connect(self._choose_again)
        self.slider.valueChanged.connect(self._move)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.modes)
        column.addWidget(self.second)
        self.show_second(None, 0.0, VIEWS[0])

    def show_second(self, second: Second | None, share: float, usual: str) -> None:
        """Show what is chosen, and without a choice offer the ``usual`` second view; nothing is emitted."""
        self.modes.press("one view" if second is None else "swipe" if second.mode == "swipe" else "side by side")
        self.second.setVisible(second is not None)
        if second is None:
            self.view.setCurrentText(usual)
            return
        self.view.setCurrentText(second.view)
        self.slider.setVisible(second.mode == "swipe")
        self.slider.blockSignals(True)
        self.slider.setValue(round(share * STEPS))
        self.slider.blockSignals(False)

    def _choose(self, mode: str) -> None:
        self.chosen.emit(mode, self.view.currentText())

    def _choose_again(self, _: int) -> None:
        self._choose(self.modes.pressed() or "one view")

    def _move(self, value: int) -> None:
        self.moved.emit(value / STEPS)
