"""A card above the panels: a few words, what can be done about them, and a cross that takes the card away."""

from __future__ import annotations

from collections.abc import Mapping

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout

from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.following import Wish


class Card(QFrame):
    """Emits ``dismissed`` when the user takes it away, and ``acted`` with the words of the button that was pressed."""

    dismissed = Signal()
    acted = Signal(str)

    def __init__(self, title: str, words: str, buttons: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        heading = tones.heading(title)
        self.cross = QToolButton()
        self.cross.setText("✕")
        self.cross.setAutoRaise(True)
        self.cross.setToolTip("Take this card away.")
        self.cross.clicked.connect(self._dismiss)
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(self.cross, 0, Qt.AlignmentFlag.AlignTop)
        self.text = QLabel(words)
        self.text.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 6, 8)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.text)
        line = QHBoxLayout()
        self.buttons: dict[str, QPushButton] = {}
        for name, tip in (buttons or {}).items():
            button = QPushButton(name)
            button.setToolTip(tip)
            button.clicked.connect(Wish(self._act, name, takes=0))
            line.addWidget(button)
            self.buttons[name] = button
        line.addStretch(1)
        if self.buttons:
            column.addLayout(line)

    def _act(self, name: str) -> None:
        self.acted.emit(name)

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()
