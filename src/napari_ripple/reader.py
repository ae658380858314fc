"""Reads .h5ad files into a layer of cells; the viewer link makes them the Session's section."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from napari_ripple import colors, display, layers
from napari_ripple.actions.tissue import Opened, read_section
from napari_ripple.display import ColorBy, Paint

SUFFIX = ".h5ad"
LayerTuple = tuple[Any, dict[str, Any], str]


def get_reader(path: str | Sequence[str]) -> Callable[[str | Sequence[str]], list[LayerTuple]] | None:
    """The reader for a path, or for the first of several; None for other files."""
    return read_cells if all(one.lower().endswith(SUFFIX) for one in _paths(path)) else None


def read_cells(path: str | Sequence[str]) -> list[LayerTuple]:
    """The first section of each file as points in µm, coloured by cell type; a bad file raises DataError."""
    return [cells_layer(read_section(one)) for one in _paths(path)]


def cells_layer(opened: Opened) -> LayerTuple:
    """A layer of the first section; what was read travels along until the viewer link takes it."""
    section = opened.sections[0]
    key = section.label_key
    if key is None:
        paint = Paint("plain", np.zeros(len(section), np.float32))
    else:
        paint = display.column(section.obs[key], ColorBy("label", key))
    arguments = layers.cells_arguments(section, colors.face_colors(paint), key=key)
    arguments.update(name=layers.cells_name(section), metadata={layers.HANDOVER: opened})
    return arguments.pop("data"), arguments, "points"


def _paths(path: str | Sequence[str]) -> list[str]:
    return [str(path)] if isinstance(path, str | Path) else [str(one) for one in path]
