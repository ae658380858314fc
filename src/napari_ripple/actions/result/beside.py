"""Show two views of the same cells at once: divided by a line that can be dragged, or side by side."""

from __future__ import annotations

from collections.abc import Callable

from napari_ripple.session import VIEWS, Session, View
from napari_ripple.state.view import Second
from ripple_core.errors import DataError, sentence


def swipe(session: Session, view: View, x_um: float | None = None) -> None:
    """Show another view right of a line at ``x_um``; None takes the middle of the simulated cells, or the line's old place."""
    _check(session, view)
    if x_um is None:
        is_there = session.second is not None and session.second.mode == "swipe"
        x_um = session.second.x_um if is_there and session.second is not None else _middle(session)
    session.record("swipe", merge="beside", view=view, x_um=round(float(x_um), 1))
    session.second = Second(view, "swipe", float(x_um))


def side_by_side(session: Session, view: View) -> None:
    """Show another view on a copy of the tissue at the right, under the same camera."""
    _check(session, view)
    session.record("side_by_side", merge="beside", view=view)
    session.second = Second(view, "side")


def show_one(session: Session) -> None:
    """Show one view alone again."""
    if session.second is not None:
        session.record("show_one", merge="beside")
        session.second = None


def toggle_swipe(session: Session) -> None:
    """Begin a swipe with the view that is usually held against the first, or end it."""
    _toggle(session, "swipe", swipe)


def toggle_side_by_side(session: Session) -> None:
    """Begin to show two views side by side, or end it."""
    _toggle(session, "side", side_by_side)


def usual_second(view: View) -> View:
    """The view that a first one is usually held against."""
    usual: dict[View, View] = {"observed": "perturbed", "control": "perturbed", "perturbed": "control"}
    return usual.get(view, "observed")


def _toggle(session: Session, mode: str, begin: Callable[[Session, View], None]) -> None:
    second = session.second
    if second is not None and second.mode == mode:
        show_one(session)
    else:
        begin(session, usual_second(session.view) if second is None else second.view)


def _check(session: Session, view: View) -> None:
    if view not in VIEWS:
        raise DataError(sentence(f"one of {', '.join(VIEWS)}", repr(view), "Choose one of these"))
    if session.simulation is None:
        raise DataError(sentence("simulated cells", "none", "Press Regenerate, or open a result file"))


def _middle(session: Session) -> float:
    """Where half of the simulated cells are left and half are right."""
    if session.section is None or session.simulation is None:
        return 0.0
    return float(session.section.xy_um[session.simulation.rows, 0].mean())
