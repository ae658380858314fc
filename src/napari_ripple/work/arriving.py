"""A layer that napari gets at once, empty, and another thread fills: so the window is not kept waiting for a file."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import numpy as np
from napari.layers import Layer

from napari_ripple.window import is_open
from napari_ripple.work.thread import worker_of
from napari_ripple.work.turns import short_turns

LayerTuple = tuple[Any, dict[str, Any], str]
PLACE = "ripple_arriving"
"""Key of an empty layer's metadata that tells which layer is to come in its place."""


def arriving(viewer: Any, words: str, make: Callable[[], LayerTuple | Layer]) -> LayerTuple:
    """An empty layer for a viewer, named ``words``, in whose place comes what ``make`` gives on another thread.

    napari's activity dock shows that something is under way. An error is shown to the user, and the empty layer goes;
    if the user has deleted it by then, nothing comes.
    """
    place = object()
    arrive = partial(_arrive, weakref.ref(viewer), place)
    worker_of(_made(make), lambda step: None, arrive, words=words).start()
    return np.empty((0, 2)), {"name": words, "units": "um", "metadata": {PLACE: place}}, "points"


def _made(make: Callable[[], LayerTuple | Layer]) -> Generator[None, None, tuple[Layer | None, Exception | None]]:
    """The layer, or the error as a value: napari would swallow a RuntimeError."""
    yield  # one step of nothing: napari may still quit it here
    try:
        with short_turns():
            made = make()
            return made if isinstance(made, Layer) else Layer.create(*made), None
    except Exception as error:  # whatever it is, the user has to see it
        return None, error


def _arrive(reference: weakref.ref[Any], place: object, made: tuple[Layer | None, Exception | None]) -> None:
    """Put the layer in its place."""
    viewer, (layer, error) = reference(), made
    if viewer is None or not is_open(viewer):
        return
    waiting = [there for there in viewer.layers if there.metadata.get(PLACE) is place]
    for empty in waiting:
        viewer.layers.remove(empty)
    if error is not None:
        from napari_ripple.work.jobs import report  # loaded here only: it loads what reads tables

        report(error)
    elif waiting:
        viewer.add_layer(layer)
