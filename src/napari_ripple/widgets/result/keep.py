"""The buttons that keep a result: as h5ad, CSV, picture, recipe or script."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QButtonGroup, QFileDialog, QPushButton

from napari_ripple.widgets.keeping.kinds import KINDS
from napari_ripple.widgets.parts.wrapped import Wrapped

WORDS = {"result": "h5ad", "table": "CSV", "picture": "PNG", "recipe": "Recipe", "script": "Script"}
NEEDS_NO_RESULT = ("picture", "recipe", "script")


class KeepButtons(Wrapped):
    """A button for each of the things that are kept most; emits ``chosen`` with its name among KINDS and the path that was picked."""

    chosen = Signal(str, str)

    def __init__(self) -> None:
        self.buttons = {name: QPushButton(words) for name, words in WORDS.items()}
        super().__init__(*self.buttons.values())
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        for place, (name, button) in enumerate(self.buttons.items()):
            button.setToolTip(KINDS[name].tip)
            self._group.addButton(button, place)
        self._group.idClicked.connect(self._browse)

    def show_available(self, has_result: bool) -> None:
        """Without a result only the picture, the recipe and the script can be kept."""
        for name, button in self.buttons.items():
            button.setEnabled(has_result or name in NEEDS_NO_RESULT)

    def _browse(self, place: int) -> None:
        name = list(WORDS)[place]
        kind = KINDS[name]
        path, _ = QFileDialog.getSaveFileName(self, kind.words.rstrip(" …"), kind.file, kind.filter)
        if path:
            self.chosen.emit(name, path if Path(path).suffix else path + Path(kind.file).suffix)
