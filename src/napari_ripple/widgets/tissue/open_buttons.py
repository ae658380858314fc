"""Two buttons that ask for a section: a file, or the folder that an instrument or its pipeline leaves."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QPushButton

from ripple_core.io import vendors

FILTER = "Sections (*.h5ad);;All files (*)"


class _Open(QPushButton):
    """A button that says which path was chosen."""

    chosen = Signal(str)
    words, help = "", ""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(self.words, parent)
        self.setToolTip(self.help)
        self.clicked.connect(self.browse)

    def browse(self) -> None:
        """Ask for a path, and pass it on if one is given."""
        path = self._asked()
        if path:
            self.chosen.emit(path)

    def _asked(self) -> str:
        return ""


class OpenFile(_Open):
    """Asks for a file."""

    words, help = "Open file …", "Open an .h5ad file with raw counts and positions, or drop it on the viewer."

    def _asked(self) -> str:
        return QFileDialog.getOpenFileName(self, "Open a section", "", FILTER)[0]


class OpenFolder(_Open):
    """Asks for a folder."""

    words = "Open folder …"
    help = f"Open a folder of {vendors.titles()}, or a .zarr (AnnData, SpatialData), or drop it on the viewer."

    def _asked(self) -> str:
        return QFileDialog.getExistingDirectory(self, "Open the folder of a section")
