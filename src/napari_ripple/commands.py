"""Commands of napari's command palette: the panels' main buttons, for the keyboard."""

from __future__ import annotations

from collections.abc import Callable

from napari.viewer import Viewer

from napari_ripple import actions
from napari_ripple.session import Session, View
from napari_ripple.viewer_link import link_for, session_for
from napari_ripple.widgets import example
from napari_ripple.work import jobs
from ripple_core.errors import RippleError


def open_example(viewer: Viewer) -> None:
    """Open the example tissue with its region, edit and model, away from the screen."""
    _with_errors(lambda: example.open_example(session_for(viewer)))


def draw_lasso(viewer: Viewer) -> None:
    """Draw a region with the lasso."""
    link_for(viewer).draw("lasso")


def draw_polygon(viewer: Viewer) -> None:
    """Draw a region corner by corner."""
    link_for(viewer).draw("polygon")


def regenerate(viewer: Viewer) -> None:
    """Regenerate the surroundings of the active region."""
    _with_errors(lambda: jobs.regenerate(session_for(viewer)))


def cancel(viewer: Viewer) -> None:
    """Cancel what is running; what it has made is kept."""
    jobs.cancel(session_for(viewer))


def pause(viewer: Viewer) -> None:
    """Let what is running rest, or go on."""
    jobs.pause_or_resume(session_for(viewer))


def undo(viewer: Viewer) -> None:
    """Take back the last choice."""
    actions.undo(session_for(viewer))


def redo(viewer: Viewer) -> None:
    """Make the choice again that was taken back."""
    actions.redo(session_for(viewer))


def show_observed(viewer: Viewer) -> None:
    """Show the measured cells."""
    _show(session_for(viewer), "observed")


def show_control(viewer: Viewer) -> None:
    """Show the regenerated cells without the edit."""
    _show(session_for(viewer), "control")


def show_perturbed(viewer: Viewer) -> None:
    """Show the regenerated cells with the edit."""
    _show(session_for(viewer), "perturbed")


def show_response(viewer: Viewer) -> None:
    """Show the difference that the edit makes."""
    _show(session_for(viewer), "response")


def _show(session: Session, view: View) -> None:
    _with_errors(lambda: actions.show(session, view))


def _with_errors(call: Callable[[], object]) -> None:
    """Run a command; an error written for the user is shown as it is."""
    try:
        call()
    except RippleError as error:
        jobs.report(error)
