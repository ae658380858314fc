"""Asks which niches are to be compared, and shows them on the tissue without the edit and with it."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from napari_ripple.actions.niches.change import TITLE
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.page import row
from napari_ripple.widgets.parts.running.run_row import RunRow

LITTLE = 0.6
RUN_TIP = "Count the regenerated cells of each niche without the edit and with it (simulated)."
FOUND = "found here"
TIP = (
    "Niches as the section names them in a column, or groups of places found here in the control. Both lines are told apart by "
    "the same rule, by what the nearest 20 simulated cells express."
)


class NicheCompare(QWidget):
    """Emits ``asked`` with a column of the section, or "" for niches that are found; ``shown`` with before or after."""

    asked = Signal(str)
    shown = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.choice = DropDown()
        self.choice.addItem(FOUND)
        self.choice.setToolTip(TIP)
        self.run = RunRow("Compare", RUN_TIP, TITLE)
        self.run.start.clicked.connect(self._ask)
        self.words = tones.quiet()
        self.before, self.after = QPushButton("before"), QPushButton("after")
        self.before.setToolTip("Colour the simulated cells by their niche in the control.")
        self.after.setToolTip("Colour the simulated cells by their niche with the edit.")
        self.before.clicked.connect(self._show_before)
        self.after.clicked.connect(self._show_after)
        self.on_tissue = QWidget()
        self.on_tissue.setLayout(row(QLabel("on the tissue"), self.before, self.after, stretch=0))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row(QLabel("niches"), self.choice, stretch=1))
        column.addWidget(self.run)
        column.addWidget(self.words)
        column.addWidget(self.on_tissue)

    def show_columns(self, columns: list[str]) -> None:
        """Offer these columns; the choice stays if it can."""
        if columns == [self.choice.itemText(place) for place in range(1, self.choice.count())]:
            return
        before = self.choice.currentText()
        self.choice.clear()
        self.choice.addItems([FOUND, *columns])
        self.choice.setCurrentText(before)

    def show_facts(self, facts: dict[str, object]) -> None:
        """Say what is known of the comparison that is shown; nothing before there is one."""
        self.words.setText(told(facts))
        self.words.setVisible(bool(facts))
        self.on_tissue.setVisible(bool(facts))

    def _ask(self) -> None:
        self.asked.emit("" if self.choice.currentIndex() <= 0 else self.choice.currentText())

    def _show_before(self) -> None:
        self.shown.emit("before")

    def _show_after(self) -> None:
        self.shown.emit("after")


def told(facts: dict[str, object]) -> str:
    """The comparison in one or two sentences; empty without one."""
    if not facts:
        return ""
    moved = f"{facts['moved']:.1%} of the regenerated cells stand in another niche with the edit."
    if facts.get("key") is None:
        return f"{moved} {facts['niches']} niches were found in the control."
    back = float(str(facts["given_back"]))
    care = (
        " That is little: these niches are hardly told by expression, so read the change with care."
        if back < LITTLE
        else ""
    )
    return f"{moved} The rule gives {back:.0%} of the control's cells their own {facts['key']}.{care}"
