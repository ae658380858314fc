"""A set of genes to colour by: typed, or one of a GMT file."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QInputDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from napari_ripple.widgets.parts.page import row
from ripple_core.errors import RippleError
from ripple_core.genesets import gene_list, gmt

FILTER = "Gene sets and lists (*.gmt *.txt *.csv *.tsv)"


class SetChoice(QWidget):
    """Emits ``several`` with the genes that were typed, or ``gene_set`` with a file and the name of one of its sets."""

    several = Signal(object)
    gene_set = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.field, self.button = QLineEdit(), QPushButton("GMT …")
        self.field.setPlaceholderText("type genes …")
        self.field.setClearButtonEnabled(True)
        self.field.setToolTip(
            "Type several genes, apart by commas or spaces, and press Enter: the mean of their z-scores."
        )
        self.button.setToolTip("Take a set of a GMT file (MSigDB's format), or a list of genes.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row(self.field, self.button, stretch=0))
        self.field.returnPressed.connect(self._confirm)
        self.button.clicked.connect(self.browse)

    def show_set(self, name: str, genes: Sequence[str]) -> None:
        """Show the genes of the set that is chosen; nothing is emitted."""
        words = ", ".join(genes)
        if not self.field.hasFocus() or words:
            self.field.setText(words)
            self.field.setCursorPosition(0)
        self.field.setToolTip(
            f"{name}: {words}" if words else "Type several genes, apart by commas or spaces, then Enter."
        )

    def browse(self) -> None:
        """Ask for a file and, of a GMT file with several sets, for one of them."""
        path, _ = QFileDialog.getOpenFileName(self, "Colour by a gene set", "", FILTER)
        if not path:
            return
        names: list[str] = []
        if path.lower().endswith(".gmt"):
            try:
                names = sorted(gmt.read(path))
            except RippleError:
                names = []  # the action says what is wrong
        name, is_sure = names[0] if names else None, True
        if len(names) > 1:
            name, is_sure = QInputDialog.getItem(self, "Gene set", f"One of {len(names):,} sets:", names, 0, True)
        if is_sure:
            self.gene_set.emit(path, name)

    def _confirm(self) -> None:
        genes = gene_list.parse(self.field.text())
        if genes:
            self.several.emit(genes)
