"""The buttons that keep a result: as h5ad, CSV, picture, recipe or script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QButtonGroup, QFileDialog, QPushButton

from napari_ripple.widgets.parts.wrapped import Wrapped


@dataclass(frozen=True)
class Format:
    """One way to keep things: its button, its file name, what the dialog calls it, and what it holds."""

    words: str
    file: str
    filter: str
    tip: str


NEEDS_NO_RESULT = ("picture", "recipe", "script")
FORMATS = {
    "result": Format("h5ad", "result.h5ad", "AnnData (*.h5ad)", "All touched cells with every simulated layer."),
    "table": Format("CSV", "genes.csv", "CSV (*.csv)", "The response of every gene, strongest first."),
    "picture": Format("PNG", "tissue.png", "PNG (*.png)", "The tissue as it is shown now."),
    "recipe": Format("Recipe", "recipe.json", "JSON (*.json)", "The whole experiment; “ripple run” repeats it."),
    "script": Format("Script", "session.py", "Python (*.py)", "What was done here, as a Python script."),
}


class KeepButtons(Wrapped):
    """One button for each format; emits ``chosen`` with the format's name and the path that was picked."""

    chosen = Signal(str, str)

    def __init__(self) -> None:
        self.buttons = {name: QPushButton(form.words) for name, form in FORMATS.items()}
        super().__init__(*self.buttons.values())
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        for place, (name, button) in enumerate(self.buttons.items()):
            button.setToolTip(FORMATS[name].tip)
            self._group.addButton(button, place)
        self._group.idClicked.connect(self._browse)

    def show_available(self, has_result: bool) -> None:
        """Without a result only the picture, the recipe and the script can be kept."""
        for name, button in self.buttons.items():
            button.setEnabled(has_result or name in NEEDS_NO_RESULT)

    def _browse(self, place: int) -> None:
        name, form = list(FORMATS.items())[place]
        path, _ = QFileDialog.getSaveFileName(self, f"Save {form.words}", form.file, form.filter)
        if path:
            self.chosen.emit(name, path if Path(path).suffix else path + Path(form.file).suffix)
