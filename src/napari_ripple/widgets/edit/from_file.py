"""The edit from a file: a DEG table with direction and cut-offs, a set of a GMT file, or a JSON edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QFileDialog,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.picking.cut_offs import CutOffs
from ripple_core.genesets.cuts import Cuts

FILTER = "Edits (*.csv *.tsv *.txt *.gmt *.json);;All files (*)"


class EditFile(QWidget):
    """Emits ``picked`` with the path of a new file, ``cut_offs_changed`` when a cut-off of the same file changes."""

    picked = Signal(str)
    cut_offs_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.path = ""
        self.open_button = tones.button(
            "Load table …", "A table with a gene and a log2-fold-change column (CSV, TSV), a net, a GMT, or a JSON."
        )
        self.open_button.clicked.connect(self.browse)
        self.name = tones.quiet("A DEG table (CSV, TSV), a GMT or a JSON edit.")
        self.set_name = DropDown()
        self.set_name.setToolTip("The set of the GMT file, the source of the net, or the group of the table.")
        self.set_name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_name.currentIndexChanged.connect(self._emit_change)
        self.cut_offs = CutOffs()
        self.direction, self.lfc = self.cut_offs.direction, self.cut_offs.lfc
        self.padj, self.top = self.cut_offs.padj, self.cut_offs.top
        self.cut_offs.changed.connect(self._emit_change)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 6)
        for widget in (self.open_button, self.name, self.set_name, self.cut_offs):
            column.addWidget(widget)
        column.addStretch(1)
        self.show_file("", ())

    def browse(self) -> None:
        """Ask for a file."""
        path, _ = QFileDialog.getOpenFileName(self, "Load an edit", str(Path(self.path).parent), FILTER)
        if path:
            self.picked.emit(path)

    def show_file(self, path: str, sets: tuple[str, ...]) -> None:
        """Show which file is in use, the sets it holds, and only the fields that its kind needs; nothing is emitted."""
        self.path = path
        self.name.setText(Path(path).name if path else "A DEG table (CSV, TSV), a GMT or a JSON edit.")
        self.name.setToolTip(path)
        self.set_name.blockSignals(True)
        self.set_name.clear()
        self.set_name.addItems(list(sets))
        self.set_name.blockSignals(False)
        self.set_name.setVisible(bool(sets))
        self.cut_offs.setVisible(bool(path) and Path(path).suffix.lower() not in (".gmt", ".json"))

    def sets(self) -> tuple[str, ...]:
        """The sets of the GMT file that is in use."""
        return tuple(self.set_name.itemText(place) for place in range(self.set_name.count()))

    def show_arguments(self, given: dict[str, Any]) -> None:
        """Show cut-offs that were set elsewhere; nothing is emitted."""
        self.blockSignals(True)
        self.cut_offs.show_cuts(Cuts(**{name: given[name] for name in Cuts.model_fields if name in given}))
        self.set_name.setCurrentText(given.get("set_name", ""))
        self.blockSignals(False)

    def arguments(self) -> dict[str, Any]:
        """The cut-offs, or the set, as arguments of ``actions.load_edit``."""
        suffix = Path(self.path).suffix.lower()
        chosen = {"set_name": self.set_name.currentText()} if self.set_name.count() else {}
        return chosen if suffix in (".json", ".gmt") else {**chosen, **self.cut_offs.values()}

    def _emit_change(self, *_: object) -> None:
        self.cut_offs_changed.emit()
