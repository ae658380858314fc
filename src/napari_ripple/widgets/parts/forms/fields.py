"""Fields under their names, and lists of choices that are filled anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qtpy.QtWidgets import QComboBox, QFormLayout, QSizePolicy, QWidget


def form_of(fields: Mapping[str, tuple[QWidget, str]]) -> QFormLayout:
    """Fields one below the other, each with its name and its tooltip, as narrow as the panel makes them."""
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setVerticalSpacing(4)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    for name, (field, tip) in fields.items():
        field.setToolTip(tip)
        field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        form.addRow(name, field)
    return form


def refill(combo: QComboBox, words: Sequence[str]) -> None:
    """Offer other words; the chosen one stays where it is still offered, and nothing is emitted."""
    chosen = combo.currentText()
    combo.blockSignals(True)
    combo.clear()
    combo.addItems(list(words))
    combo.setCurrentText(chosen if chosen in words else combo.itemText(0))
    combo.blockSignals(False)
