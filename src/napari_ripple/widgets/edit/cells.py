"""The edit of whole cells: take on the profile of others, or become other cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget

from napari_ripple.actions.deg import REGIONS
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.fields import form_of, refill

WAYS = {
    "take the profile of": ("transfer", "All cells move to the mean profile of these cells; the dose says how far."),
    "become cells of": (
        "retype",
        "Each cell becomes a measured cell of these; the dose is the share of cells that do.",
    ),
}
NOTHING = "This file names no cell types: draw a second region, whose cells are taken after."


class EditCells(QWidget):
    """Emits ``made`` with the name of an action and the cells that are taken after."""

    made = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.choices: dict[str, tuple[str, ...]] = {}
        self.way, self.by, self.name = QComboBox(), QComboBox(), QComboBox()
        self.way.addItems(list(WAYS))
        self.tip = tones.quiet()
        self.add_button = QPushButton("Add")
        self.add_button.setToolTip("Add this change of the region's cells to the list of edits.")
        form = form_of(
            {
                "cells": (self.way, "What becomes of the region's cells."),
                "groups": (self.by, "What tells the groups apart: your regions, or a column of the file."),
                "which": (self.name, "The cells that are taken after."),
            }
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 6)
        column.addLayout(form)
        column.addWidget(self.tip)
        column.addWidget(self.add_button)
        self.way.currentTextChanged.connect(self._show_tip)
        self.by.currentTextChanged.connect(self._show_names)
        self.add_button.clicked.connect(self.add)
        self.show_choices({})

    def show_choices(self, choices: Mapping[str, Sequence[str]]) -> None:
        """Offer groups by what tells them apart; what is chosen stays where it is still offered."""
        self.choices = {by: tuple(names) for by, names in choices.items() if names}
        refill(self.by, list(self.choices))
        self.add_button.setEnabled(bool(self.choices))
        self._show_names()
        self._show_tip()

    def add(self) -> None:
        """Hand over what the form describes."""
        by, name = self.by.currentText(), self.name.currentText()
        source: dict[str, Any] = {"region": name} if by == REGIONS else {"label": name, "key": by}
        self.made.emit(WAYS[self.way.currentText()][0], source)

    def _show_tip(self, *_: object) -> None:
        """Say what the chosen way means, or what there has to be first."""
        self.tip.setText(WAYS[self.way.currentText()][1] if self.choices else NOTHING)

    def _show_names(self, *_: object) -> None:
        refill(self.name, list(self.choices.get(self.by.currentText(), ())))
