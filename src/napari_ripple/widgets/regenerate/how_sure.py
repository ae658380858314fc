"""How sure the result shall be, in plain words: three usual choices of repeats and placebos, and what each one gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from napari_ripple.widgets.parts import tones
from ripple_core.perturb.chance.placebos import Kind, foreseen
from ripple_core.perturb.editing.edits import Edit
from ripple_core.perturb.settings import CARE, PerturbSettings

TIPS = {
    "quick": "One run: how strong the response is, but not how sure.",
    "normal": "Three orders and 20 placebos: spread, and p and q of every gene and cell. Takes about ten times as long as quick.",
    "thorough": "Eight orders and 40 placebos: the same with less chance in it. Takes about fifty times as long as quick.",
}

WHERE: Mapping[Kind, str] = {
    "genes": "other genes edited here",
    "regions": "the same edit at other places, which takes longer",
}
NONE_FITS = "No placebo fits this edit: nothing will say what comes by chance."


class HowSure(QWidget):
    """One button for each choice and a line that says what is chosen now; emits ``chosen`` with its name."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[str, QPushButton] = {}
        self.words = tones.quiet()
        self._group = QButtonGroup(self)
        line = QHBoxLayout()
        line.setSpacing(2)
        for place, name in enumerate(CARE):
            button = QPushButton(name)
            button.setCheckable(True)
            button.setToolTip(TIPS[name])
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(button, place)
            line.addWidget(button)
            self.buttons[name] = button
        self._group.idClicked.connect(self._emit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(line)
        column.addWidget(self.words)

    def show_settings(self, settings: PerturbSettings, edits: Sequence[Edit] = ()) -> None:
        """Press the button that fits the settings, or none, and say what they give for these edits; nothing is emitted."""
        name = settings.care()
        self._group.setExclusive(False)
        for other, button in self.buttons.items():
            button.setChecked(other == name)
        self._group.setExclusive(True)
        self.words.setText(told(settings, edits))

    def _emit(self, place: int) -> None:
        self.chosen.emit(list(CARE)[place])


def told(settings: PerturbSettings, edits: Sequence[Edit] = ()) -> str:
    """What the repeats and placebos of these settings tell of these edits, in one line.

    >>> told(PerturbSettings())
    'One run: how strong, not how sure.'
    """
    runs = settings.draws * settings.orders
    repeats = "One run" if runs == 1 else f"{runs} runs: how much they differ (±)"
    if not settings.null:
        return f"{repeats}: how strong, not how sure." if runs == 1 else f"{repeats}. No test against chance."
    kind = foreseen(edits, settings)
    return f"{repeats}. " + (f"{settings.null} placebos ({WHERE[kind]}): p and q." if kind else NONE_FITS)
