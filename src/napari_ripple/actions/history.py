"""Go back and forth in the choices."""

from __future__ import annotations

from napari_ripple.session import Choices, Session
from napari_ripple.state.choices import same

STEPS = {
    "rois": "regions",
    "active_roi": "the chosen region",
    "edits": "edits",
    "settings": "settings",
    "picking": "picked genes",
    "scenarios": "kept results",
    "label_colors": "colours of labels",
    "names": "names of niches",
}
"""What a user calls each of the choices."""


def undo(session: Session) -> None:
    """Take back the last choice: of regions, edits, settings, names, colours or kept results."""
    _step(session, "undo", session.past()[0])


def redo(session: Session) -> None:
    """Make the choice again that was taken back."""
    _step(session, "redo", session.past()[1])


def _step(session: Session, name: str, states: tuple[Choices, ...]) -> None:
    """Go to the nearest of the states, and say what is another now; names of labels wait until no job works with them."""
    if not states:
        return
    before, after = session.choices, states[-1]
    if session.job.is_busy and not same(before.names, after.names):
        session.message = f"{session.job.title} is under way, and the next step renames niches: {name} when it is done."
        return
    (session.undo if name == "undo" else session.redo)()
    session.record(name)
    changed = [words for what, words in STEPS.items() if not same(getattr(before, what), getattr(after, what))]
    session.message = f"{'Taken back' if name == 'undo' else 'Made again'}: {', '.join(changed)}."
