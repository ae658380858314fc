"""Where a trained model is written, and whether something there is replaced or taken up."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from napari_ripple.user import places
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.page import row


class Target(QWidget):
    """Emits ``chosen`` with a folder, and ``resumed`` with whether an interrupted training goes on."""

    chosen = Signal(str)
    resumed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.path = QLineEdit()
        self.path.setToolTip("The folder for the trained model.")
        self.browse_button = QPushButton("…")
        self.browse_button.setFixedWidth(30)
        self.browse_button.setToolTip("Choose the folder for the trained model.")
        self.note = tones.quiet()
        self.resume = QCheckBox("go on where it was stopped")
        self.resume.setToolTip(
            "Go on with the training that was stopped in this folder: takes up "
            " the weights, the optimiser and the step of its last look; choose the same tissue and sizes."
        )
        self.path.editingFinished.connect(self._emit_path)
        self.browse_button.clicked.connect(self.browse)
        self.resume.clicked.connect(self.resumed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row(self.path, self.browse_button, stretch=0))
        column.addWidget(self.note)
        column.addWidget(self.resume)

    def browse(self) -> None:
        """Ask for a new folder; its name may be typed."""
        path, _ = QFileDialog.getSaveFileName(self, "Folder for the trained model", self._written())
        if path:
            self.chosen.emit(path)

    def _emit_path(self) -> None:
        self.chosen.emit(self._written())

    def _written(self) -> str:
        """The path in the field, whole."""
        return str(Path(self.path.text().strip()).expanduser()) if self.path.text().strip() else ""

    def show_target(self, path: Path, *, can_resume: bool, resumes: bool) -> None:
        """Show the folder, and say what becomes of what is there."""
        if self._written() != str(path):
            self.path.setText(places.shown(path))
        replaces = (path / "config.json").is_file() and not resumes
        self.note.setText("A new training replaces the model in this folder." if replaces else "")
        self.note.setVisible(replaces)
        self.resume.setVisible(can_resume)
        self.resume.setChecked(can_resume and resumes)
