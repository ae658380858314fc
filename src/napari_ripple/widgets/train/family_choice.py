"""Which family of models is trained, in one sentence each, and whether a trained model is taken further."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from napari_ripple.state.training import TrainWish
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.page import row
from ripple_core.models.catalog import DEFAULT, RECORDS

ANEW = "a new model"
START_TIP = (
    "Take a trained model further on this tissue. Its genes and sizes are kept; sections need a third of its genes."
)


class FamilyChoice(QWidget):
    """Emits ``family`` (a name of the catalog) and ``start_from`` (a checkpoint folder, or nothing)."""

    family = Signal(str)
    start_from = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.families = DropDown()
        self.families.setToolTip("Which kind of model is trained. Plain rules are ready in seconds and hard to beat.")
        self.families.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for name in sorted(RECORDS, key=lambda name: (RECORDS[name].is_baseline, name != DEFAULT)):
            self.families.addItem(RECORDS[name].title, name)
        self.families.activated.connect(self._emit_family)
        self.summary = tones.quiet()
        self.start = QLabel(ANEW)
        self.start.setWordWrap(True)
        self.start_button, self.clear_button = QPushButton("Choose …"), QPushButton("✕")
        self.clear_button.setToolTip("Learn anew.")
        self.clear_button.setFixedWidth(28)
        self.start_button.setToolTip(START_TIP)
        self.start.setToolTip(START_TIP)
        self.start_button.clicked.connect(self.browse)
        self.clear_button.clicked.connect(self._emit_anew)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.families, self.summary):
            column.addWidget(widget)
        column.addLayout(row(QLabel("start from"), self.start, self.clear_button, self.start_button, stretch=1))

    def browse(self) -> None:
        """Ask for a trained model to start from."""
        path = QFileDialog.getExistingDirectory(self, "Choose a trained model to start from")
        if path:
            self.start_from.emit(path)

    def _emit_family(self, place: int) -> None:
        self.family.emit(self.families.itemData(place))

    def _emit_anew(self) -> None:
        self.start_from.emit("")

    def show_choice(self, wish: TrainWish) -> None:
        """Show what is wished for; nothing is emitted."""
        self.families.setCurrentIndex(self.families.findData(wish.model))
        self.families.setEnabled(not wish.start_from)
        is_kept = "The model's own kind, genes and sizes are kept."
        self.summary.setText(is_kept if wish.start_from else RECORDS[wish.model].summary)
        self.start.setText(Path(wish.start_from).name if wish.start_from else ANEW)
        can_start = "fine-tune" in RECORDS[wish.model].abilities
        self.start_button.setEnabled(can_start)
        self.clear_button.setVisible(bool(wish.start_from))
