"""Reads an .h5ad file into a layer of cells; the viewer link makes them the Session's section."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from napari_ripple import display
from napari_ripple.actions.tissue import Opened, first_look, read_section
from napari_ripple.canvas import colors, layers
from napari_ripple.display import ColorBy, Paint


def read_cells(path: str | Path) -> tuple[Any, dict[str, Any], str]:
    """The first section of a file as points in µm, coloured by cell type; a bad file raises DataError."""
    return cells_layer(read_section(path))


def first_cells(path: str | Path) -> tuple[Any, dict[str, Any], str]:
    """The same as soon as the cells can be seen; the counts of a large file follow when its layer is in the viewer."""
    return cells_layer(first_look(path))


def cells_layer(opened: Opened) -> tuple[Any, dict[str, Any], str]:
    """A layer of the first section; what was read travels along until the viewer link takes it."""
    section = opened.sections[0]
    key = section.label_key
    if key is None:
        paint = Paint("plain", np.zeros(len(section), np.float32))
    else:
        paint = display.column(section.obs[key], ColorBy("label", key))
    arguments = layers.cells_arguments(section, key=key)
    arguments.update(
        face_color=colors.face_colors(paint), name=layers.cells_name(section), metadata={layers.HANDOVER: opened}
    )
    return arguments.pop("data"), arguments, "points"
