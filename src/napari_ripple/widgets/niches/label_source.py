"""Where labels come from: another section that has them, and which of its columns."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QLabel, QSizePolicy, QVBoxLayout, QWidget

from napari_ripple.widgets.models.box import NUMBER
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.page import row
from ripple_core.io import h5ad

USUAL = "the usual one"


class LabelSource(QWidget):
    """Emits ``chosen`` when a file is named, and ``asked`` with the file and a column ("" for the usual one)."""

    chosen = Signal(str)
    asked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.path = ""
        self.name = tones.quiet("A section whose cells have labels, of the same genes.")
        self.open_button = tones.button("Choose …", "Choose a section file (.h5ad) with labels to learn from.")
        self.column = DropDown()
        self.column.setToolTip("Which column of that file holds the labels.")
        self.column.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.give_button = tones.button(
            "Give labels",
            "Learn the labels there, give them to the cells of this section, and score them on cells kept apart.",
        )
        self.words, self.scores = QLabel(), QLabel()
        self.words.setWordWrap(True)
        self.scores.setToolTip("Labels given to cells that were kept apart, by the model and by plain rules.")
        self.open_button.clicked.connect(self.browse)
        self.give_button.clicked.connect(self._emit_asked)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        lines.addLayout(row(self.name, self.open_button, stretch=0))
        lines.addLayout(row(QLabel("column"), self.column, self.give_button, stretch=1))
        for label in (self.words, self.scores):
            lines.addWidget(label)
            label.hide()

    def browse(self) -> None:
        """Ask for a labelled section."""
        path, _ = QFileDialog.getOpenFileName(self, "A section with labels", self.path, "Sections (*.h5ad)")
        if path:
            self.chosen.emit(path)

    def show_file(self, path: str) -> None:
        """Show a file and the columns that it offers; DataError for one that cannot be read."""
        columns = h5ad.columns(Path(path))
        self.path = path
        self.name.setText(Path(path).name)
        self.name.setToolTip(path)
        self.column.clear()
        self.column.addItems([USUAL, *columns])

    def show_possible(self, is_possible: bool) -> None:
        """Whether labels can be given now."""
        self.give_button.setEnabled(is_possible and bool(self.path))

    def show_record(self, record: dict) -> None:
        """How good the labels are; nothing without them."""
        self.words.setText(str(record.get("verdict", "")))
        scores = record.get("scores") or {}
        lines = [
            f"<tr style='font-weight:{'bold' if place == 0 else 'normal'}'><td>{name}</td>"
            + "".join(NUMBER.format(f"{value:.3f}") for value in values.values())
            + "</tr>"
            for place, (name, values) in enumerate(scores.items())
        ]
        head = "".join(NUMBER.format(f"<i>{name}</i>") for name in next(iter(scores.values()), {}))
        self.scores.setText(
            f"<table><tr><td><i>kept apart</i></td>{head}</tr>{''.join(lines)}</table>" if lines else ""
        )
        self.scores.setWordWrap(True)
        for label in (self.words, self.scores):
            label.setVisible(bool(label.text()))

    def _emit_asked(self) -> None:
        column = self.column.currentText()
        self.asked.emit(self.path, "" if column == USUAL else column)
