"""Commands of napari's command palette: the panels' main buttons, for the keyboard."""

from __future__ import annotations

from collections.abc import Callable

from napari.viewer import Viewer

from napari_ripple import actions
from napari_ripple.actions.result.beside import toggle_side_by_side, toggle_swipe
from napari_ripple.session import Session, View
from napari_ripple.viewer_link import link_for, session_for
from napari_ripple.widgets.keeping import ask, help_page, methods_page, settings_page, support
from napari_ripple.widgets.tissue import example
from napari_ripple.work import jobs
from ripple_core.errors import RippleError


def open_example(viewer: Viewer) -> None:
    """Open the example tissue with its region, edit and model, away from the screen."""
    _with_errors(lambda: example.open_example(session_for(viewer)))


def open_session(viewer: Viewer) -> None:
    """Restore everything from a session file."""
    ask.open_session(viewer)


def save_session(viewer: Viewer) -> None:
    """Save everything as one file."""
    ask.save_session(viewer)


def save_session_as(viewer: Viewer) -> None:
    """Save everything as another file."""
    ask.save_session_as(viewer)


def keep_result(viewer: Viewer) -> None:
    """Write the result as .h5ad."""
    ask.keep(viewer, "result")


def keep_genes(viewer: Viewer) -> None:
    """Write the response of every gene as CSV."""
    ask.keep(viewer, "table")


def keep_cells(viewer: Viewer) -> None:
    """Write every simulated cell as CSV."""
    ask.keep(viewer, "cells")


def keep_regions(viewer: Viewer) -> None:
    """Write what each region holds as CSV."""
    ask.keep(viewer, "regions")


def keep_script(viewer: Viewer) -> None:
    """Write what was done as a Python script."""
    ask.keep(viewer, "script")


def keep_recipe(viewer: Viewer) -> None:
    """Write the experiment as a recipe for ripple run."""
    ask.keep(viewer, "recipe")


def methods_text(viewer: Viewer) -> None:
    """Show the methods of the result in words for a paper."""
    methods_page.show(viewer)


def show_help(viewer: Viewer) -> None:
    """Show the first steps and every shortcut."""
    help_page.show(viewer)


def show_settings(viewer: Viewer) -> None:
    """Show the settings that hold for every session."""
    settings_page.show(viewer)


def copy_diagnostics(viewer: Viewer) -> None:
    """Put what a report needs on the clipboard."""
    support.copy_diagnostics(viewer)


def draw_lasso(viewer: Viewer) -> None:
    """Draw a region with the lasso."""
    link_for(viewer).draw("lasso")


def draw_brush(viewer: Viewer) -> None:
    """Paint a region with a round brush."""
    link_for(viewer).draw("brush")


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
    """Give up the outline that is being drawn, or take back the last choice."""
    link_for(viewer).undo()


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


def swipe(viewer: Viewer) -> None:
    """Divide the tissue between two views by a line that can be dragged, or show one view again."""
    _with_errors(lambda: toggle_swipe(session_for(viewer)))


def side_by_side(viewer: Viewer) -> None:
    """Show two views side by side, or one view again."""
    _with_errors(lambda: toggle_side_by_side(session_for(viewer)))


def _show(session: Session, view: View) -> None:
    _with_errors(lambda: actions.show(session, view))


def _with_errors(call: Callable[[], object]) -> None:
    """Run a command; an error written for the user is shown as it is."""
    try:
        call()
    except RippleError as error:
        jobs.report(error)
