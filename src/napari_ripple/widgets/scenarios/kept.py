"""The page of kept results: show one again, rename, mark, remove it, bring it back, or choose two to compare."""

from __future__ import annotations

from typing import Any

from qtpy.QtWidgets import QLineEdit

from napari_ripple import actions
from napari_ripple.actions.scenarios.scenarios import removed
from napari_ripple.session import Session
from napari_ripple.state.scenario import memory_words
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.page import Page, row
from napari_ripple.widgets.scenarios.kept_list import KeptList

EMPTY = "Every regeneration ends on this list, so that results can be shown again and compared."


class KeptPage(Page):
    """The list of scenarios."""

    title = "Kept"

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__(napari_viewer)
        self.list = KeptList()
        self.memory = tones.quiet(EMPTY)
        self.note = QLineEdit()
        self.note.setPlaceholderText("a note on the selected one …")
        self.note.setToolTip("Your own words on the selected scenario; Enter keeps them.")
        self.compare_button = tones.button("Compare A − B", "Select two with Ctrl: the upper is A, the lower B.")
        self.rename_button = tones.button("Rename", "Another name for the selected scenario (F2).")
        self.remove_button = tones.button("Remove", "Take the selected scenarios off the list.")
        self.restore_button = tones.button("Bring back", "Bring the scenario back that was removed last.")
        self.put(self.list, self.memory, self.note)
        self.rows.addLayout(row(self.compare_button, self.rename_button, stretch=0))
        self.rows.addLayout(row(self.remove_button, self.restore_button, stretch=0))
        self.rows.addStretch(1)
        self._connect()
        self._show()

    def _connect(self) -> None:
        self.wire(self.list.chosen, actions.show_scenario)
        self.wire(self.list.renamed, actions.rename_scenario)
        self.wire(self.list.starred, star)
        self.list.picked.connect(self._show_buttons)
        self.rename_button.clicked.connect(self.list.rename_selected)
        self.note.editingFinished.connect(self._keep_note)
        self.compare_button.clicked.connect(self._compare)
        self.remove_button.clicked.connect(self._remove)
        self.wire(self.restore_button.clicked, actions.restore_scenario, takes=0)
        for signal in (self.session.events.scenarios, self.session.events.result):
            self.follow(signal, self._show)

    def _show(self) -> None:
        session = self.session
        shown = next((scenario.name for scenario in session.scenarios if scenario.result is session.result), None)
        self.list.show_scenarios(session.scenarios, shown)
        self.memory.setText(f"{memory_words(session.scenarios)}." if session.scenarios else EMPTY)
        self._show_buttons()

    def _show_buttons(self) -> None:
        chosen = self.list.selected()
        self.compare_button.setEnabled(len(chosen) == 2)
        self.rename_button.setEnabled(len(chosen) == 1)
        self.remove_button.setEnabled(bool(chosen))
        self.restore_button.setEnabled(bool(removed(self.session)))
        self.note.setEnabled(len(chosen) == 1)
        notes = {scenario.name: scenario.note for scenario in self.session.scenarios}
        self.note.setText(notes.get(chosen[0], "") if len(chosen) == 1 else "")

    def _keep_note(self) -> None:
        for name in self.list.selected()[:1]:
            note = self.note.text().strip()
            if note != next(scenario.note for scenario in self.session.scenarios if scenario.name == name):
                self.ask(actions.mark_scenario, self.session, name, note=note)

    def _compare(self) -> None:
        self.ask(actions.compare_scenarios, self.session, *self.list.selected())

    def _remove(self) -> None:
        for name in self.list.selected():
            self.ask(actions.remove_scenario, self.session, name)


def star(session: Session, name: str, is_on: bool) -> None:
    """Mark a scenario, or take its mark away."""
    actions.mark_scenario(session, name, starred=is_on)
