"""A form made from a group of settings: one field each, with the setting's own sentence as tooltip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QLabel, QSizePolicy, QSpinBox, QWidget

from napari_ripple.widgets.parts.forms.drop_down import DropDown
from ripple_core.settings import Settings

NO_UPPER_BOUND = 2**31 - 1
DECIMALS, SMALLEST = 3, 0.001


class PlainSpinBox(QDoubleSpinBox):
    """A number that is written without zeros at its end."""

    def textFromValue(self, value: float) -> str:
        """200 instead of 200.000."""
        return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")


class SettingsForm(QWidget):
    """Fields for some settings of one class; emits ``changed(name, value)`` when the user changes one.

    Parameters
    ----------
    settings
        The class whose fields are shown.
    labels
        What stands before each field, by name; these are the fields shown, in this order.
    for_least
        What stands in a field that has its least value, where that value has a meaning of its own.
    """

    changed = Signal(str, object)

    def __init__(
        self, settings: type[Settings], labels: Mapping[str, str], for_least: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self.fields: dict[str, QWidget] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setVerticalSpacing(4)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for name, words in labels.items():
            field = self._field(name, settings.model_fields[name])
            label = QLabel(words)
            for widget in (field, label):
                widget.setToolTip(settings.help_for(name))
            if isinstance(field, QSpinBox):
                field.setSpecialValueText((for_least or {}).get(name, ""))
            form.addRow(label, field)
            self.fields[name] = field

    def show_settings(self, settings: Settings) -> None:
        """Fill the fields; nothing is emitted."""
        for name, field in self.fields.items():
            field.blockSignals(True)
            value = getattr(settings, name)
            if isinstance(field, QComboBox):
                field.setCurrentText(str(value))
            elif isinstance(field, QCheckBox):
                field.setChecked(bool(value))
            elif isinstance(field, QSpinBox | QDoubleSpinBox):
                field.setValue(value)
            field.blockSignals(False)

    def _field(self, name: str, info: FieldInfo) -> QWidget:
        """The widget for one setting, by its type and bounds."""
        if get_origin(info.annotation) is Literal:
            return self._choice(name, [str(choice) for choice in get_args(info.annotation)])
        if info.annotation is bool:
            check = QCheckBox()
            check.setObjectName(name)
            check.toggled.connect(self._emit)
            return check
        low, high = _bounds(info)
        number: QSpinBox | QDoubleSpinBox
        if info.annotation is float:
            number = PlainSpinBox()
            number.setDecimals(DECIMALS)
            number.setRange(max(low, SMALLEST) if _is_above(info) else low, high)
            number.setSingleStep(10.0 if high > 100 else 0.1)
        else:
            number = QSpinBox()
            number.setRange(int(low), int(high))
        if name.endswith("_um"):
            number.setSuffix(" µm")
        number.setObjectName(name)
        number.setKeyboardTracking(False)
        number.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        number.valueChanged.connect(self._emit)
        return number

    def _choice(self, name: str, choices: Sequence[str]) -> QComboBox:
        combo = DropDown()
        combo.setObjectName(name)
        combo.addItems(list(choices))
        combo.currentTextChanged.connect(self._emit)
        return combo

    def _emit(self, value: Any) -> None:
        self.changed.emit(self.sender().objectName(), value)


def _bounds(info: FieldInfo) -> tuple[float, float]:
    """Lowest and highest value that a number may have."""
    low, high = 0.0, float(NO_UPPER_BOUND)
    for rule in info.metadata:
        low = max(low, float(getattr(rule, "ge", getattr(rule, "gt", low))))
        high = min(high, float(getattr(rule, "le", getattr(rule, "lt", high))))
    return low, high


def _is_above(info: FieldInfo) -> bool:
    """Whether a number has to be larger than its lowest bound."""
    return any(getattr(rule, "gt", None) is not None for rule in info.metadata)
