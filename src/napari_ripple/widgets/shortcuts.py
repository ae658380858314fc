"""Keyboard shortcuts of one viewer, and the list of them that the help page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakMethod

from napari.utils.notifications import show_error

from napari_ripple import actions
from napari_ripple.actions.result.beside import toggle_side_by_side, toggle_swipe
from napari_ripple.session import VIEWS
from napari_ripple.viewer_link import link_for, session_for
from napari_ripple.widgets.keeping import ask
from napari_ripple.widgets.regions.tools import TOOLS
from napari_ripple.work import jobs
from ripple_core.errors import RippleError

ACTIONS: dict[str, tuple[str, Callable[..., Any]]] = {
    "Control-5": ("Swipe between two views, or end it", toggle_swipe),
    "Control-6": ("Two views side by side, or end it", toggle_side_by_side),
    "Control-Enter": ("Regenerate", jobs.regenerate),
    "Control-Shift-Enter": ("Pause, or go on", jobs.pause_or_resume),
    "Control-.": ("Cancel, and keep what is done", jobs.cancel),
}
WINDOWS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "Control-Z": (
        "Take back the last choice, or the outline that is being drawn",
        lambda viewer: link_for(viewer).undo(),
    ),
    "Control-Shift-Z": ("Make it again", lambda viewer: actions.redo(session_for(viewer))),
    "Alt-O": ("Open a session", ask.open_session),
    "Alt-S": ("Save the session", ask.save_session),
}
HELP = ("F1", "First steps and shortcuts")
PANEL = {"Alt-PageDown": ("Next step of the panel", 1), "Alt-PageUp": ("The step before", -1)}


def bind(viewer: Any, show_help: Callable[[Any], Any], go: Callable[[int], None]) -> None:
    """Give a viewer the shortcuts, and the page that helps; binding twice does no harm.

    ``go`` is the method of a widget that goes some steps on or back; the widget is not kept alive by it.
    """
    for key, _, press in _all():
        viewer.bind_key(key, press, overwrite=True)
    for key, (_, by) in PANEL.items():
        viewer.bind_key(key, _go(WeakMethod(go), by), overwrite=True)
    viewer.bind_key(HELP[0], _open(show_help), overwrite=True)


def listed() -> list[tuple[str, str]]:
    """Every shortcut as it stands on the keyboard, and what it does."""
    panel = [(key, words) for key, (words, _) in PANEL.items()]
    keys = [*panel, *((key, words) for key, words, _ in _all()), HELP]
    return [(key.replace("Control", "Ctrl").replace("-", " + ", key.count("-")), words) for key, words in keys]


def _all() -> Iterator[tuple[str, str, Callable[[Any], None]]]:
    for place, (tool, (words, _)) in enumerate(TOOLS.items()):
        yield f"Alt-{place + 1}", f"Tool: {words}", _draw(tool)
    for place, view in enumerate(VIEWS):
        yield f"Control-{place + 1}", f"Show: {view}", _act(actions.show, view)
    for key, (words, action) in ACTIONS.items():
        yield key, words, _act(action)
    for key, (words, call) in WINDOWS.items():
        yield key, words, _open(call)


def _go(method: WeakMethod[Any], by: int) -> Callable[[Any], None]:
    def press(_: Any) -> None:
        go = method()
        if go is not None:
            go(by)

    return press


def _open(call: Callable[[Any], Any]) -> Callable[[Any], None]:
    def press(viewer: Any) -> None:
        call(viewer)

    return press


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
