"""The list of edits in the order in which they apply, with remove, undo, redo and the dose."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from superqt import QLabeledDoubleSlider

from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.page import row
from ripple_core.errors import few
from ripple_core.perturb.editing.edits import Edit

MAX_ROWS, MAX_STRENGTH = 5, 3.0


class EditList(QWidget):
    """Emits ``removed`` (index) and ``dosed`` (strength, index or -1 for all)."""

    removed = Signal(int)
    dosed = Signal(float, int)

    def __init__(self) -> None:
        super().__init__()
        self.list = QTreeWidget()
        self.list.setHeaderHidden(True)
        self.list.setColumnCount(3)
        self.list.setRootIsDecorated(False)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            self.list.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setToolTip("Edits apply from top to bottom. Select one to change only its dose.")
        self.list.currentItemChanged.connect(self._show_dose)
        self.dose = QLabeledDoubleSlider(Qt.Orientation.Horizontal)
        self.dose.setRange(0, MAX_STRENGTH)
        self.dose.setValue(1.0)
        self.dose.setToolTip("Dose: 0 changes nothing, 1 is the edit as given, 2 is twice as strong.")
        self.dose.valueChanged.connect(self._emit_dose)
        self.remove_button = tones.button("Remove", "Remove the selected edit, or the last one.")
        self.remove_button.clicked.connect(self._emit_removed)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.addWidget(self.list)
        column_layout.addLayout(row(QLabel("dose"), self.dose, self.remove_button, stretch=1))
        self._strengths: tuple[float, ...] = ()
        self.show_edits(())

    def show_edits(self, edits: tuple[Edit, ...]) -> None:
        """Replace the list; the selection stays where it was, and nothing is emitted."""
        place = self.selected()
        self._strengths = tuple(edit.strength for edit in edits)
        self.list.blockSignals(True)
        self.list.clear()
        for edit in edits:
            name = edit.name if edit.where is None else f"{edit.name}, {edit.where.words}"
            item = QTreeWidgetItem([name, what(edit), f"× {edit.strength:.2g}"])
            item.setToolTip(0, "\n".join([name, few(edit.genes, 20)]))
            self.list.addTopLevelItem(item)
        if 0 <= place < len(edits):
            self.list.setCurrentItem(self.list.topLevelItem(place))
        self.list.blockSignals(False)
        height = self.list.sizeHintForRow(0) if edits else 0
        self.list.setFixedHeight(height * min(len(edits), MAX_ROWS) + 4)
        self.list.setVisible(bool(edits))
        self.dose.setEnabled(bool(edits))
        self.remove_button.setEnabled(bool(edits))
        self._show_dose()

    def selected(self) -> int:
        """Place of the selected edit, -1 when none is."""
        return self.list.indexOfTopLevelItem(self.list.currentItem()) if self.list.currentItem() is not None else -1

    def _show_dose(self) -> None:
        if self._strengths:
            self.dose.blockSignals(True)
            self.dose.setValue(self._strengths[self.selected()])
            self.dose.blockSignals(False)

    def _emit_dose(self, strength: float) -> None:
        self.dosed.emit(float(strength), self.selected())

    def _emit_removed(self) -> None:
        place = self.selected()
        self.removed.emit(place if place >= 0 else len(self._strengths) - 1)


def what(edit: Edit) -> str:
    """What an edit changes: how many genes, or whole cells."""
    if not edit.genes:
        return "cells"
    return f"{len(edit.genes)} gene{'s' if len(edit.genes) != 1 else ''}"
