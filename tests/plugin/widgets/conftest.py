"""What the panels' tests share: panels docked in a real window, patience, and a check that no panel stays behind."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from qtpy.QtCore import QCoreApplication, QEvent

from napari_ripple.widgets.panel import RipplePanel
from napari_ripple.widgets.parts.page import Page


def alive() -> list[Any]:
    """Panels that Python still holds."""
    gc.collect()
    return [thing for thing in gc.get_objects() if issubclass(type(thing), Page | RipplePanel)]


@pytest.fixture(autouse=True)
def no_panel_stays(qapp: Any) -> Iterator[None]:
    """A panel that outlives its test fails it."""
    yield
    qapp.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qapp.processEvents()
    left = alive()
    assert not left, f"{len(left)} panels are still alive: {[type(panel).__name__ for panel in left]}"


@pytest.fixture
def wait(qapp: Any) -> Callable[..., None]:
    """Lets the window work until a condition holds, at most some seconds."""

    def until(condition: Callable[[], Any] = lambda: False, seconds: float = 20.0, *, must: bool = True) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                assert not must, "what was waited for did not happen"
                return
            qapp.processEvents()
            time.sleep(0.002)

    return until


@pytest.fixture
def dock(viewer: Any, wait: Callable[..., None]) -> Iterator[Callable[..., Any]]:
    """Makes a panel and docks it at the right; takes it out again at the end."""
    docked: list[Any] = []

    def add(panel_class: type) -> Any:
        panel = panel_class(viewer)
        docked.append(viewer.window.add_dock_widget(panel, name=panel_class.__name__, area="right"))
        wait(seconds=0.1, must=False)
        viewer.reset_view()  # the canvas has become narrower
        return panel

    yield add
    for place in docked:
        viewer.window.remove_dock_widget(place)
    docked.clear()
