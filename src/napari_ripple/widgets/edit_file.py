"""The edit from a file: a DEG table with direction and cut-offs, a set of a GMT file, or a JSON edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from napari_ripple.widgets import tones
from napari_ripple.widgets.settings_form import DECIMALS, PlainSpinBox
from ripple_core.perturb.edits import SIGNIFICANT

FILTER = "Edits (*.csv *.tsv *.txt *.gmt *.json);;All files (*)"
DIRECTIONS = {"up and down": "both", "up only": "up", "down only": "down"}


class EditFile(QWidget):
    """Emits ``picked`` with the path of a new file, ``cut_offs_changed`` when a cut-off of the same file changes."""

    picked = Signal(str)
    cut_offs_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.path = ""
        self.open_button = QPushButton("Load table …")
        self.open_button.setToolTip("A table with a gene and a log2-fold-change column (CSV, TSV), a GMT, or a JSON.")
        self.open_button.clicked.connect(self.browse)
        self.name = tones.quiet("A DEG table (CSV, TSV), a GMT or a JSON edit.")
        self.set_name = QComboBox()
        self.set_name.setToolTip("The gene set of the GMT file.")
        self.set_name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_name.currentIndexChanged.connect(self._emit_change)
        self.cut_offs = self._make_cut_offs()
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
        words = {value: words for words, value in DIRECTIONS.items()}
        self.direction.setCurrentText(words[given.get("direction", "both")])
        self.lfc.setValue(given.get("min_abs_lfc", 0.0))
        self.padj.setValue(given.get("max_padj", SIGNIFICANT))
        self.top.setValue(given.get("top", 0))
        self.set_name.setCurrentText(given.get("set_name", ""))
        self.blockSignals(False)

    def arguments(self) -> dict[str, Any]:
        """The cut-offs, or the set, as arguments of ``actions.load_edit``."""
        suffix = Path(self.path).suffix.lower()
        if suffix == ".json":
            return {}
        if suffix == ".gmt":
            return {"set_name": self.set_name.currentText()}
        return {
            "direction": DIRECTIONS[self.direction.currentText()],
            "min_abs_lfc": self.lfc.value(),
            "max_padj": self.padj.value(),
            "top": self.top.value() or None,
        }

    def _make_cut_offs(self) -> QWidget:
        self.direction, self.lfc, self.padj, self.top = QComboBox(), PlainSpinBox(), PlainSpinBox(), QSpinBox()
        self.direction.addItems(list(DIRECTIONS))
        self.direction.setToolTip("Keep the genes that went up, down, or both.")
        self.lfc.setRange(0, 20)
        self.lfc.setSingleStep(0.25)
        self.lfc.setToolTip("Keep the genes whose log2 fold change is at least this large, up or down.")
        self.padj.setRange(0, 1)
        self.padj.setDecimals(DECIMALS)
        self.padj.setSingleStep(0.01)
        self.padj.setValue(SIGNIFICANT)
        self.padj.setToolTip("Keep the genes whose adjusted p is at most this; 1 keeps all.")
        self.top.setRange(0, 100_000)
        self.top.setSpecialValueText("all")
        self.top.setToolTip("Keep only so many genes, the strongest first.")
        self.direction.currentIndexChanged.connect(self._emit_change)
        for spin in (self.lfc, self.padj, self.top):
            spin.setKeyboardTracking(False)
            spin.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            spin.valueChanged.connect(self._emit_change)
        box = QWidget()
        form = QFormLayout(box)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.addRow("direction", self.direction)
        form.addRow("|log2FC| ≥", self.lfc)
        form.addRow("adjusted p ≤", self.padj)
        form.addRow("strongest", self.top)
        return box

    def _emit_change(self) -> None:
        self.cut_offs_changed.emit()
