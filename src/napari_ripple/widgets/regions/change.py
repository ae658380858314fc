"""Changes to the selected region: grow it, shrink it, put a ring around it, or combine it with another."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QDoubleSpinBox, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.page import row

DISTANCE_UM = 50.0
BY_DISTANCE = {
    "Grow": "Move the edge of the selected region outward by this distance.",
    "Shrink": "Move the edge of the selected region inward by this distance.",
    "Ring": "A new region: the band of this width around the selected one.",
}
WITH_OTHER = {
    "Union": ("union", "A new region: all of both."),
    "Overlap": ("intersection", "A new region: only where both are."),
    "Subtract": ("difference", "A new region: the selected one without the other."),
}


class ChangeRegion(QWidget):
    """Emits ``grown`` or ``ringed`` with a distance in µm, or ``combined`` with another region's name and how."""

    grown = Signal(float)
    ringed = Signal(float)
    combined = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.distance, self.other = QDoubleSpinBox(), DropDown()
        self.distance.setRange(0.1, 10000)
        self.distance.setDecimals(1)
        self.distance.setValue(DISTANCE_UM)
        self.distance.setPrefix("by ")
        self.distance.setSuffix(" µm")
        self.distance.setToolTip("The distance, in µm, that Grow, Shrink and Ring go.")
        self.other.setToolTip("The region that the selected one is combined with.")
        self.other.setPlaceholderText("with …")
        self.other.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.buttons = {words: _button(words, tip) for words, tip in BY_DISTANCE.items()}
        self.buttons |= {words: _button(words, tip) for words, (_, tip) in WITH_OTHER.items()}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.distance)
        column.addLayout(row(*(self.buttons[words] for words in BY_DISTANCE)))
        self.with_words = tones.quiet("Combine the selected region with")
        column.addWidget(self.with_words)
        column.addWidget(self.other)
        column.addLayout(row(*(self.buttons[words] for words in WITH_OTHER)))
        self.buttons["Grow"].clicked.connect(lambda: self.grown.emit(self.distance.value()))
        self.buttons["Shrink"].clicked.connect(lambda: self.grown.emit(-self.distance.value()))
        self.buttons["Ring"].clicked.connect(lambda: self.ringed.emit(self.distance.value()))
        for words, (how, _) in WITH_OTHER.items():
            self.buttons[words].clicked.connect(lambda _=False, how=how: self._combine(how))

    def show_regions(self, names: Iterable[str], active: str | None) -> None:
        """Offer every region but the active one; the one that was chosen stays so."""
        before, others = self.other.currentText(), [name for name in names if name != active]
        self.other.clear()
        self.other.addItems(others)
        self.other.setCurrentIndex(max(self.other.findText(before), 0) if others else -1)
        for words, button in self.buttons.items():
            button.setEnabled(active is not None and (words in BY_DISTANCE or bool(others)))
        for widget in (self.with_words, self.other, *(self.buttons[words] for words in WITH_OTHER)):
            widget.setVisible(bool(others))

    def _combine(self, how: str) -> None:
        if self.other.currentText():
            self.combined.emit(self.other.currentText(), how)


def _button(words: str, tip: str) -> QPushButton:
    button = QPushButton(words)
    button.setToolTip(tip)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setMinimumWidth(1)
    return button
