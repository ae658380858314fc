"""A region of all cells of one kind: a type, a niche, any value of a column of the cell table."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QDoubleSpinBox, QGridLayout, QLabel, QSizePolicy, QWidget

from napari_ripple.widgets.coloring.choice import label_columns
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from ripple_core.regions.of_cells import FillSettings
from ripple_core.section import Section

MAX_LABELS = 200


class RegionFromCells(QWidget):
    """Emits ``wanted`` with a column, one of its values, and the width (µm) of gaps that are closed."""

    wanted = Signal(str, str, float)

    def __init__(self) -> None:
        super().__init__()
        self._section: Section | None = None
        self.column, self.label, self.join = DropDown(), DropDown(), QDoubleSpinBox()
        self.column.setToolTip("The column of the cell table: cell types, niches, anything with names.")
        self.label.setToolTip("All cells with this value become one region.")
        self.join.setRange(1, 1000)
        self.join.setDecimals(0)
        self.join.setSuffix(" µm")
        self.join.setValue(FillSettings().join_um)
        self.join.setToolTip(FillSettings.help_for("join_um"))
        self.button = tones.button(
            "Make the region", "Outline all cells of this kind; small groups of fewer than 5 cells are left out."
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        fields = (("column", self.column), ("cells", self.label), ("gaps up to", self.join))
        for line, (words, field) in enumerate(fields):
            grid.addWidget(QLabel(words), line, 0)
            grid.addWidget(field, line, 1)
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        grid.addWidget(self.button, len(fields), 0, 1, 2)
        self.column.currentTextChanged.connect(self._show_labels)
        self.button.clicked.connect(self._emit)

    def show_section(self, section: Section | None) -> None:
        """Offer the columns of a section that hold names."""
        self._section = section
        keys = [] if section is None else [key for key in label_columns(section) if _is_named(section, key)]
        self.column.clear()
        self.column.addItems(keys)
        self.button.setEnabled(bool(keys))

    def _show_labels(self, key: str) -> None:
        self.label.clear()
        if self._section is not None and key:
            self.label.addItems(sorted(map(str, self._section.labels(key).cat.categories)))

    def _emit(self) -> None:
        if self.label.currentText():
            self.wanted.emit(self.column.currentText(), self.label.currentText(), self.join.value())


def _is_named(section: Section, key: str) -> bool:
    """Whether a column holds few enough different values to choose from."""
    return section.has_few(key, MAX_LABELS)
