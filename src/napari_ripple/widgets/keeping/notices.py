"""The cards above the panels: work that a crash has left, a section that has to be found, and the first steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_ripple import actions
from napari_ripple.session import Lost
from napari_ripple.user import preferences
from napari_ripple.viewer_link import session_for
from napari_ripple.widgets.keeping import ask, help_page
from napari_ripple.widgets.keeping.card import Card
from napari_ripple.widgets.parts.following import Followed
from napari_ripple.widgets.tissue import example
from napari_ripple.work import jobs, kept
from ripple_core.errors import RippleError

RESTORE, FORGET, FIND = "Restore it", "Forget it", "Find it …"
EXAMPLE, HELP = "Try the example", "Help"
STEPS = (
    "Five steps, from the top down: drop a tissue section on the window, draw a region, say which genes change there, "
    "regenerate its surroundings, and see what changed. All of it is simulated."
)


class Notices(QWidget):
    """Cards for one viewer, the most urgent first; takes no room while there are none."""

    def __init__(self, viewer: Any, followed: Followed) -> None:
        super().__init__()
        self._viewer, self.session = viewer, session_for(viewer)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 0, 4, 0)
        self._column.setSpacing(4)
        self.lost: Card | None = None
        self.crashes = [self._add_crash(one) for one in kept.left_by_a_crash()]
        is_new = preferences.load().show_tour and self.session.section is None and not self.crashes
        self.tour = self._add_tour() if is_new else None
        followed.add(self.session.events.section, self._on_section)
        followed.add(self.session.events.lost, self._show_lost)

    def _add(self, card: Card, act: Any) -> Card:
        card.acted.connect(act)
        self._column.addWidget(card)
        return card

    def _add_crash(self, left: kept.Kept) -> Card:
        buttons = {
            RESTORE: "Open this work as it was kept.",
            FORGET: "Put it with the recent sessions, and ask no more.",
        }
        card = Card(
            "Restore your work?", f"Ripple was not closed properly. Kept at {left.when}: {left.words}.", buttons
        )

        def act(name: str) -> None:
            if name == RESTORE:
                _restore(self.session, left, card)
            else:
                kept.end(left.folder)
                card.hide()

        return self._add(card, act)

    def _add_tour(self) -> Card:
        buttons = {
            EXAMPLE: "A small made tissue with a region, an edit and a model.",
            HELP: "Steps, shortcuts and words.",
        }
        card = Card("Welcome to Ripple", STEPS, buttons)
        card.dismissed.connect(_never_again)
        return self._add(card, self._on_tour)

    def _on_tour(self, name: str) -> None:
        if name == HELP:
            help_page.show(self._viewer)
            return
        try:
            example.open_example(self.session)
        except RippleError as error:
            jobs.report(error)

    def _on_section(self, *_: object) -> None:
        """Make room for the panels once the first step is taken; the next start shows the card again."""
        if self.tour is not None:
            self.tour.hide()

    def _show_lost(self, lost: Lost | None) -> None:
        """Ask for a section that is not where it was."""
        if self.lost is not None:
            self.lost.hide()
            self.lost.deleteLater()
            self.lost = None
        if lost is not None:
            words = (
                f"{lost.section.name} of this session is no longer at {lost.section.parent}, or has another content."
            )
            card = Card("Where is the section?", words, {FIND: "Choose the section's file."})
            self.lost = self._add(card, self._on_find)

    def _on_find(self, _: str) -> None:
        ask.find_section(self._viewer)


def _restore(session: Any, left: kept.Kept, card: Card) -> None:
    """Open what a crash has left; when it is open, its folder goes to the sessions that have ended."""
    task = actions.open_session_task(session, left.folder)

    def finish(value: Any) -> None:
        task.finish(value)
        kept.end(left.folder)
        card.hide()

    try:
        jobs.start(session, replace(task, finish=finish))
    except RippleError as error:
        jobs.report(error)


def _never_again() -> None:
    preferences.change(show_tour=False)
