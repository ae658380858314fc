"""The cut-offs of a DEG table as a small form: direction, size, adjusted p, and how many."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QSizePolicy, QSpinBox, QWidget

from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.forms.settings_form import PlainSpinBox
from ripple_core.genesets.cuts import SIGNIFICANT, Cuts

DIRECTIONS = {"up and down": "both", "up only": "up", "down only": "down"}
DECIMALS, HIGHEST_LFC, MOST = 6, 50.0, 100_000


class SmallNumber(PlainSpinBox):
    """A number that may be very small: written as 1e-20 where zeros would fill the field."""

    def textFromValue(self, value: float) -> str:
        """0.05, or 2e-06."""
        return f"{value:.3g}"


class CutOffs(QWidget):
    """Emits ``changed`` with the fields of Cuts that the user has changed."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.direction, self.lfc, self.padj, self.top = DropDown(), PlainSpinBox(), SmallNumber(), QSpinBox()
        self.direction.addItems(list(DIRECTIONS))
        self.lfc.setRange(0, HIGHEST_LFC)
        self.lfc.setSingleStep(0.25)
        self.padj.setDecimals(DECIMALS)
        self.padj.setRange(0, 1)
        self.padj.setSingleStep(0.01)
        self.padj.setValue(SIGNIFICANT)
        self.top.setRange(0, MOST)
        self.top.setSpecialValueText("all")
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        fields = {"direction": self.direction, "min_abs_lfc": self.lfc, "max_padj": self.padj, "top": self.top}
        for (name, field), words in zip(fields.items(), ("direction", "|log2FC| ≥", "adjusted p ≤", "strongest")):
            field.setToolTip(Cuts.help_for(name))
            if field is not self.direction:  # its words are to be read whole
                field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            form.addRow(words, field)
        self.direction.currentTextChanged.connect(lambda words: self._emit(direction=DIRECTIONS[words]))
        self.lfc.valueChanged.connect(lambda value: self._emit(min_abs_lfc=value))
        self.padj.valueChanged.connect(lambda value: self._emit(max_padj=value))
        self.top.valueChanged.connect(lambda value: self._emit(top=value or None))
        for spin in (self.lfc, self.padj, self.top):
            spin.setKeyboardTracking(False)

    def show_cuts(self, cuts: Cuts) -> None:
        """Fill the fields; nothing is emitted."""
        self.blockSignals(True)
        words = {value: words for words, value in DIRECTIONS.items()}
        self.direction.setCurrentText(words[cuts.direction])
        self.lfc.setValue(cuts.min_abs_lfc)
        self.padj.setValue(1.0 if cuts.max_padj is None else cuts.max_padj)
        self.top.setValue(cuts.top or 0)
        self.blockSignals(False)

    def values(self) -> dict[str, Any]:
        """The cut-offs as fields of Cuts."""
        return {
            "direction": DIRECTIONS[self.direction.currentText()],
            "min_abs_lfc": self.lfc.value(),
            "max_padj": self.padj.value(),
            "top": self.top.value() or None,
        }

    def _emit(self, **changes: Any) -> None:
        self.changed.emit(changes)
