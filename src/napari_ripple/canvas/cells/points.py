"""Small acts on a layer of cells: make it, recolour without waste, insert above or below."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

import numpy as np
from napari.layers import Points

from napari_ripple.canvas.cells.cell_points import CellPoints
from napari_ripple.canvas.cells.look import Look

READY = "layer of cells"
"""Under this name a section's memory holds the column of labels and the layer of its cells, where it was made ahead of time."""
logger = logging.getLogger(__name__)


@cache
def is_fast() -> bool:
    """Whether this napari draws cells with our shader; where it does not, a logged line says why."""
    try:
        from napari_ripple.canvas.cells import cell_layer

        cell_layer.register()
    except (ImportError, AttributeError) as error:
        logger.warning("Cells are drawn by napari itself, which is slow for very many of them: %s", error)
        return False
    return True


def make(arguments: dict[str, Any], look: Look) -> Points:
    """A layer of cells: drawn by our shader, or where that is not possible a plain Points layer that looks the same."""
    if is_fast():
        return CellPoints(**arguments, look=look)
    layer = Points(**arguments, **({"face_color": look.rgba()} if len(look.values) else {}))
    _tell(layer, look)
    return layer


def show(layer: Points, look: Look, *, in_passing: bool = False) -> None:
    """Let the cells look otherwise; of a plain Points layer one of napari's two redraws is held back.

    ``in_passing``: another look follows soon, and :func:`settle` then; till then the small picture in the list of layers waits.
    """
    if isinstance(layer, CellPoints):
        layer.show(look, in_passing=in_passing)
        return
    if len(look.values):  # napari refuses no colours, even for no points
        with layer.events.face_color.blocker():
            layer.face_color = look.rgba()
    _tell(layer, look)


def settle(layer: Points | None) -> None:
    """Make what :func:`show` has left out in passing."""
    if isinstance(layer, CellPoints):
        layer.settle()


def _tell(layer: Points, look: Look) -> None:
    """Let the status bar name the value of the cell under the pointer; written in place, which redraws nothing."""
    layer.features["value"] = look.values.astype(np.float64) if look.is_number else np.full(len(look.values), np.nan)


def set_where_different(layer: Points, **values: Any) -> None:
    """Set attributes that are not so already: napari redraws even where nothing changes."""
    for name, value in values.items():
        if getattr(layer, name) != value:
            setattr(layer, name, value)


def insert(viewer: Any, layer: Points, *, above: Points | None = None, below: Points | None = None) -> None:
    """Insert a layer just above or below another, else at the bottom; the active layer stays the active one."""
    active = viewer.layers.selection.active
    place = 0
    if above is not None and above in viewer.layers:
        place = viewer.layers.index(above) + 1
    elif below is not None and below in viewer.layers:
        place = viewer.layers.index(below)
    viewer.layers.insert(place, layer)
    if active is not None and active in viewer.layers:
        viewer.layers.selection.active = active
