"""The edit of whole cells: take on the profile of others, become others; remove, insert and move cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from napari_ripple.actions.edit.deg import REGIONS
from napari_ripple.widgets.edit.cell_ways import CELL_WAYS, CellWay
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.forms.fields import form_of, refill
from napari_ripple.widgets.parts.forms.settings_form import PlainSpinBox
from napari_ripple.widgets.parts.page import row

NOTHING = "This file names no cell types: draw a second region, whose cells are taken after."
NO_REGION = "Draw a second region first: there the cells will stand."
ALL = "all cells of the region"
UNITS = {"cells": "count", "per mm²": "per_mm2"}
USUAL_CELLS, MOST_CELLS = 20, 100_000
USUAL_UM, FARTHEST_UM = 50.0, 100_000.0


class EditCells(QWidget):
    """Emits ``made`` with the name of a way and the arguments of its action."""

    made = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.choices: dict[str, tuple[str, ...]] = {}
        self.limits: dict[str, dict[str, str] | None] = {}
        self.way, self.by, self.name, self.only, self.region = (DropDown() for _ in range(5))
        self.way.addItems([way.words for way in CELL_WAYS])
        self.number, self.unit, self.dx, self.dy = QSpinBox(), DropDown(), PlainSpinBox(), PlainSpinBox()
        self.number.setRange(1, MOST_CELLS)
        self.number.setValue(USUAL_CELLS)
        self.unit.addItems(list(UNITS))
        for field, axis, value in ((self.dx, "x", USUAL_UM), (self.dy, "y", 0.0)):
            field.setRange(-FARTHEST_UM, FARTHEST_UM)
            field.setDecimals(1)
            field.setValue(value)
            field.setPrefix(f"{axis} ")
            field.setSuffix(" µm")
        self.amount, self.distance = beside(self.number, self.unit), beside(self.dx, self.dy)
        self.tip = tones.quiet()
        self.add_button = tones.button("Add", "Add this change of the region's cells to the list of edits.")
        self.form = form_of(
            {
                "cells": (self.way, "What becomes of the region's cells."),
                "groups": (self.by, "What tells the groups apart: your regions, or a column of the file."),
                "which": (self.name, "The cells that are taken after."),
                "only": (self.only, "Which of the region's cells."),
                "how many": (self.amount, "How many cells are put in; dense tissue may have no room for all."),
                "by": (self.distance, "How far the cells move, to the right (x) and downwards (y)."),
                "where to": (self.region, "The region in which the cells will stand."),
            }
        )
        self.way.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)  # its words are to be read whole
        self.fields = {"source": (self.by, self.name), "only": (self.only,), "amount": (self.amount,)}
        self.fields |= {"by": (self.distance,), "region": (self.region,)}
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 6)
        column.addLayout(self.form)
        column.addWidget(self.tip)
        column.addWidget(self.add_button)
        self.way.currentTextChanged.connect(self._show_way)
        self.by.currentTextChanged.connect(self._show_names)
        self.add_button.clicked.connect(self.add)
        self.show_choices({})

    def show_choices(self, choices: Mapping[str, Sequence[str]]) -> None:
        """Offer groups by what tells them apart; what is chosen stays where it is still offered."""
        self.choices = {by: tuple(names) for by, names in choices.items() if names}
        refill(self.by, list(self.choices))
        refill(self.region, list(self.choices.get(REGIONS, ())))
        labels = {f"{name} ({by})": (by, name) for by, names in self.choices.items() if by != REGIONS for name in names}
        self.limits = {ALL: None} | {words: {"label": name, "key": by} for words, (by, name) in labels.items()}
        refill(self.only, list(self.limits))
        self._show_names()
        self._show_way()

    def add(self) -> None:
        """Hand over what the form describes."""
        way, given = self._way(), dict[str, Any]()
        if "source" in way.fields:
            by, name = self.by.currentText(), self.name.currentText()
            given["source"] = {"region": name} if by == REGIONS else {"label": name, "key": by}
        if "amount" in way.fields:
            given[UNITS[self.unit.currentText()]] = self.number.value()
        if "only" in way.fields and self.limits[self.only.currentText()] is not None:
            given["where"] = self.limits[self.only.currentText()]
        if "by" in way.fields:
            given["by_um"] = (self.dx.value(), self.dy.value())
        if "region" in way.fields:
            given["region"] = self.region.currentText()
        self.made.emit(way.action, given)

    def _way(self) -> CellWay:
        return CELL_WAYS[self.way.currentIndex()]

    def _show_way(self, *_: object) -> None:
        """Show the fields of the chosen way and what it means, or say what there has to be first."""
        way = self._way()
        for field, widgets in self.fields.items():
            for widget in widgets:
                self.form.setRowVisible(widget, field in way.fields)
        missing = NOTHING if "source" in way.fields and not self.choices else ""
        missing = NO_REGION if "region" in way.fields and REGIONS not in self.choices else missing
        self.add_button.setEnabled(not missing)
        self.tip.setText(missing or way.tip)
        self.updateGeometry()

    def _show_names(self, *_: object) -> None:
        refill(self.name, list(self.choices.get(self.by.currentText(), ())))


def beside(*fields: Any) -> QWidget:
    """Fields in one line, as one widget."""
    holder = QWidget()
    line = row(*fields, stretch=0)
    line.setContentsMargins(0, 0, 0, 0)
    holder.setLayout(line)
    for field in fields:
        field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line.setStretchFactor(field, 1)
    return holder
