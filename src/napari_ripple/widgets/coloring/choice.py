"""What the cells are coloured by: a gene, a set of genes or a label, log or raw, and between which percentiles."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QCheckBox, QGridLayout, QLabel, QSizePolicy, QWidget
from superqt import QLabeledDoubleRangeSlider

from napari_ripple.session import ColorBy
from napari_ripple.widgets.coloring.set_choice import SetChoice
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.forms.gene_search import GeneSearch
from napari_ripple.widgets.parts.page import row
from ripple_core.section import Section

MAX_CATEGORIES = 200


class ColorChoice(QWidget):
    """Emits the user's choice: ``gene``, ``several`` (genes), ``gene_set`` (file and name), ``label``, ``log`` or ``limits``."""

    gene = Signal(str)
    several = Signal(object)
    gene_set = Signal(str, object)
    label = Signal(str)
    log = Signal(bool)
    limits = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self.genes = GeneSearch("type a gene …")
        self.genes.setToolTip("Type some letters of a gene and pick it: the cells take the colours of its expression.")
        self.set_choice = SetChoice()
        self.labels = DropDown()
        self.labels.setToolTip("Colour the cells by a column of the cell table.")
        self.labels.setPlaceholderText("choose a column …")
        self.labels.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.is_log = QCheckBox("log")
        self.is_log.setToolTip("On: library size normalised and log1p, as the model sees it. Off: raw counts.")
        self.percentiles = QLabeledDoubleRangeSlider(Qt.Orientation.Horizontal)
        self.percentiles.setRange(0, 100)
        self.percentiles.setDecimals(0)
        self.percentiles.setHandleLabelPosition(QLabeledDoubleRangeSlider.LabelPosition.NoLabel)
        self.percentiles.setEdgeLabelMode(QLabeledDoubleRangeSlider.EdgeLabelMode.LabelIsValue)
        self.percentiles.setToolTip("Percentiles of the values that get the first and the last colour.")
        self.auto = tones.button(
            "Auto", "From the lowest value to the 99th percentile, as when the section was opened."
        )
        values = QWidget()
        values.setLayout(row(self.is_log, QWidget(), self.auto, stretch=1))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for line, (words, field) in enumerate(
            (
                ("gene", self.genes),
                ("gene set", self.set_choice),
                ("label", self.labels),
                ("values", values),
                ("limits", self.percentiles),
            )
        ):
            grid.addWidget(QLabel(words), line, 0)
            grid.addWidget(field, line, 1)
        self.number_fields = [grid.itemAtPosition(line, place).widget() for line in (3, 4) for place in (0, 1)]
        self.genes.chosen.connect(self.gene)
        self.set_choice.several.connect(self.several)
        self.set_choice.gene_set.connect(self.gene_set)
        self.labels.textActivated.connect(self.label)
        self.is_log.clicked.connect(self.log)
        self.percentiles.valueChanged.connect(self._emit_limits)
        self.auto.clicked.connect(lambda: self.limits.emit(ColorBy().low, ColorBy().high))

    def show_section(self, section: Section | None) -> None:
        """Offer the genes and the columns of a section."""
        self.genes.set_genes([] if section is None else section.genes)
        self.labels.clear()
        self.labels.addItems([] if section is None else label_columns(section))

    def show_choice(self, by: ColorBy, *, has_scale: bool = False) -> None:
        """Show what is chosen; nothing is emitted. ``has_scale``: what is shown are numbers, also of a column."""
        self.set_choice.show_set(by.key if by.kind == "set" else "", by.genes)
        self.genes.show_gene(by.key if by.kind == "gene" else "")
        self.labels.setCurrentIndex(self.labels.findText(by.key) if by.kind == "label" else -1)
        self.is_log.setChecked(by.log)
        self.percentiles.blockSignals(True)
        self.percentiles.setValue((by.low, by.high))
        self.percentiles.blockSignals(False)
        self.auto.setEnabled((by.low, by.high) != (ColorBy().low, ColorBy().high))
        self.is_log.setVisible(by.kind in ("gene", "result"))
        for field in self.number_fields:
            field.setVisible(by.kind != "label" or has_scale)

    def _emit_limits(self, values: Sequence[float]) -> None:
        low, high = values
        if low < high:
            self.limits.emit(float(low), float(high))


def label_columns(section: Section) -> list[str]:
    """The columns of the cell table that can be coloured by, cell types first; none whose names all differ."""
    table = section.obs
    shown = [
        str(key)
        for key in table.columns
        if table[key].dtype.kind in "biuf" or section.has_few(key, min(MAX_CATEGORIES, max(len(table) // 2, 2)))
    ]
    return sorted(shown, key=lambda key: key != section.label_key)
