"""A layer that arrives: empty at once, then in its place what another thread has made, or a word on why not."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest
from plugin.event_loop import Stopwatch, call_in_loop, run_until
from plugin.notices import heard

from napari_ripple.window import is_in_use
from napari_ripple.work.arriving import LayerTuple, arriving
from ripple_core.errors import DataError

THREE = np.array([[0.0, 0.0], [0.0, 5.0], [5.0, 0.0]])


def begin(viewer: Any, make: Any) -> Any:
    """Add the empty layer to the viewer, as napari does with what a reader gives."""
    data, arguments, kind = arriving(viewer, "three (being read)", make)
    assert kind == "points"
    return viewer.add_points(data, **arguments)


def test_the_layer_takes_the_place_of_the_empty_one(viewer: Any) -> None:
    threads: list[str] = []

    def make() -> LayerTuple:
        time.sleep(0.3)
        threads.append(threading.current_thread().name)
        return THREE, {"name": "three"}, "points"

    watch = Stopwatch()
    watch.start()
    empty = call_in_loop(lambda: begin(viewer, make), lambda _: "three" in viewer.layers)
    assert len(watch.stop()) > 10  # the window lived on while it was made
    assert [layer.name for layer in viewer.layers] == ["three"]
    assert empty not in viewer.layers
    np.testing.assert_array_equal(viewer.layers["three"].data, THREE)
    assert threads != [threading.main_thread().name]


@pytest.mark.parametrize("error", [DataError("Expected a section."), RuntimeError("something else")])
def test_an_error_is_shown_and_the_empty_layer_goes(viewer: Any, qtbot: Any, error: Exception) -> None:
    def make() -> LayerTuple:
        raise error

    with heard() as shown, qtbot.captureExceptions():
        call_in_loop(lambda: begin(viewer, make), lambda _: bool(shown))
    assert any(str(error) in words for words in shown)
    assert not viewer.layers


def test_who_deletes_the_empty_layer_does_not_get_the_other(viewer: Any) -> None:
    made = threading.Event()

    def make() -> LayerTuple:
        time.sleep(0.1)
        made.set()
        return THREE, {"name": "three"}, "points"

    call_in_loop(lambda: viewer.layers.remove(begin(viewer, make)))
    run_until(made.is_set, 10)
    run_until(lambda: False, 0.2)
    assert not viewer.layers


def test_a_window_is_in_use_while_its_event_loop_runs(qapp: Any) -> None:
    assert not is_in_use()
    assert call_in_loop(is_in_use)
