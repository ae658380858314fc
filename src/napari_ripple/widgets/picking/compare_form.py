"""The form that compares two groups of cells: labels or regions, against each other or the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QWidget

from napari_ripple.actions.edit.deg import REGIONS
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.forms.fields import form_of, refill
from ripple_core.genesets.compare import METHODS

REST = "the rest"


class CompareForm(QWidget):
    """Emits ``asked`` with the arguments of ``actions.compare``."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.choices: dict[str, tuple[str, ...]] = {}
        self.by, self.first, self.second, self.method = DropDown(), DropDown(), DropDown(), DropDown()
        self.method.addItems(list(METHODS))
        self.button = tones.button(
            "Compare", "Test every gene between the two groups; long comparisons can be cancelled."
        )
        form = form_of(
            {
                "groups": (self.by, "What tells the groups apart: your regions, or a column of the file."),
                "cells of": (self.first, "The genes that are higher here count as up."),
                "against": (self.second, "What they are held against; the rest is every other cell of the section."),
                "test": (
                    self.method,
                    "Wilcoxon compares ranks; the t-test means, with a careful estimate of the variance.",
                ),
            }
        )
        form.addRow(self.button)
        self.setLayout(form)
        self.by.currentTextChanged.connect(self._show_names)
        self.button.clicked.connect(self.ask)

    def show_choices(self, choices: Mapping[str, Sequence[str]]) -> None:
        """Offer groups by what tells them apart; what is chosen stays where it is still offered."""
        self.choices = {by: tuple(names) for by, names in choices.items() if names}
        refill(self.by, list(self.choices))
        self.button.setEnabled(bool(self.choices))
        self._show_names()

    def ask(self) -> None:
        """Hand over what is to be compared."""
        second = self.second.currentText()
        words = {"first": self.first.currentText(), "by": self.by.currentText(), "method": self.method.currentText()}
        self.asked.emit(words if second == REST else {**words, "second": second})

    def _show_names(self, *_: object) -> None:
        names = self.choices.get(self.by.currentText(), ())
        refill(self.first, names)
        refill(self.second, (REST, *names))


def group_choices(regions: Sequence[str], labels: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """What may be compared: labels by their column, and regions."""
    return {REGIONS: tuple(regions), **{key: tuple(names) for key, names in labels.items()}}
