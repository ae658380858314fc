"""Small acts on a Points layer: recolour without waste, tell the status bar, insert above or below."""

from __future__ import annotations

from typing import Any

import numpy as np
from napari.layers import Points

from napari_ripple.display import Paint


def recolor(layer: Points, faces: np.ndarray) -> None:
    """Change the colours (cells, 4) of all points; one of napari's two redraws is held back."""
    with layer.events.face_color.blocker():
        layer.face_color = faces


def tell(layer: Points, paint: Paint) -> None:
    """Let the status bar name the value of the cell under the pointer; written in place, which redraws nothing."""
    is_number = paint.kind in ("numbers", "response")
    layer.features["value"] = paint.values.astype(np.float64) if is_number else np.full(len(paint.values), np.nan)


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
