"""The edit by hand: a gene, what is done to it, and by how much."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from napari_ripple.widgets.edit.ways import WAYS
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.forms.gene_search import GeneSearch
from napari_ripple.widgets.parts.forms.settings_form import DECIMALS, PlainSpinBox
from napari_ripple.widgets.parts.page import row
from ripple_core.errors import DataError, sentence
from ripple_core.perturb.editing.edits import Edit


class EditByHand(QWidget):
    """Emits ``made`` with an Edit when Add is pressed."""

    made = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.gene = GeneSearch("gene …")
        self.way = DropDown()
        self.way.addItems([way.words for way in WAYS])
        for index, way in enumerate(WAYS):
            self.way.setItemData(index, way.tip, 3)
        self.value = PlainSpinBox()
        self.value.setDecimals(DECIMALS)
        self.value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.tip = tones.quiet()
        self.add_button = tones.button("Add", "Add this change to the list of edits.")
        self.add_button.clicked.connect(self.add)
        self.way.currentIndexChanged.connect(self._show_way)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 6)
        column.addWidget(self.gene)
        column.addLayout(row(self.way, self.value, self.add_button, stretch=1))
        column.addWidget(self.tip)
        column.addStretch(1)
        self._show_way(0)

    def set_genes(self, genes: Iterable[str]) -> None:
        """The genes that can be changed."""
        self.gene.set_genes(genes)

    def edit(self) -> Edit:
        """The edit that the fields describe; DataError without a known gene."""
        gene, way = self.gene.gene(), WAYS[self.way.currentIndex()]
        if gene is None:
            found = repr(self.gene.text().strip()) if self.gene.text().strip() else "an empty field"
            way_out = "Type its first letters and pick it from the list"
            raise DataError(sentence("a gene of this section", found, way_out))
        value = 0.0 if way.kind == "knockout" else self.value.value()
        return Edit(kind=way.kind, genes={gene: value}, name=f"{way.words} {gene}")

    def add(self) -> None:
        """Hand over the edit."""
        self.made.emit(self.edit)

    def _show_way(self, index: int) -> None:
        way = WAYS[index]
        self.value.setVisible(way.kind != "knockout")
        self.value.setRange(way.low, way.high)
        self.value.setSuffix(way.unit)
        self.value.setValue(way.value)
        self.tip.setText(way.tip)
