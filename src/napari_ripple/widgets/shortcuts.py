"""Keyboard shortcuts of one viewer: draw, regenerate, pause, cancel, switch the view, undo and redo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.utils.notifications import show_error

from napari_ripple import actions
from napari_ripple.session import VIEWS
from napari_ripple.viewer_link import link_for, session_for
from napari_ripple.widgets.regions.tools import TOOLS
from napari_ripple.work import jobs
from ripple_core.errors import RippleError

ACTIONS: dict[str, Callable[..., Any]] = {
    "Control-Enter": jobs.regenerate,
    "Control-.": jobs.cancel,
    "Control-Shift-Enter": jobs.pause_or_resume,
    "Control-Z": actions.undo,
    "Control-Shift-Z": actions.redo,
}


def bind(viewer: Any) -> None:
    """Give a viewer the shortcuts; binding twice does no harm."""
    for place, tool in enumerate(TOOLS):
        viewer.bind_key(f"Alt-{place + 1}", _draw(tool), overwrite=True)
    for key, action in ACTIONS.items():
        viewer.bind_key(key, _act(action), overwrite=True)
    for place, view in enumerate(VIEWS):
        viewer.bind_key(f"Control-{place + 1}", _act(actions.show, view), overwrite=True)


def _draw(tool: str) -> Callable[[Any], None]:
    def draw(viewer: Any) -> None:
        link_for(viewer).draw(tool)  # type: ignore[arg-type]  # one of TOOLS

    return draw


def _act(action: Callable[..., Any], *arguments: Any) -> Callable[[Any], None]:
    def act(viewer: Any) -> None:
        try:
            action(session_for(viewer), *arguments)
        except RippleError as error:
            show_error(str(error))

    return act
