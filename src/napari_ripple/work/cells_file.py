"""Reads an .h5ad file into a layer of cells; the viewer link makes them the Session's section."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from napari.layers import Points

from napari_ripple.actions.tissue import Opened, first_look, read_section
from napari_ripple.canvas import colors, layers, points
from napari_ripple.canvas.look import Look
from napari_ripple.display.paint import Paint, column
from napari_ripple.state.view import ColorBy


def read_cells(path: str | Path) -> tuple[Any, dict[str, Any], str]:
    """The first section of a file as points in µm, coloured by cell type; a bad file raises DataError."""
    return cells_layer(read_section(path))


def first_cells(path: str | Path) -> Points:
    """The same as soon as the cells can be seen, drawn by our own shader; a large file's counts follow when they are."""
    arguments, look = _parts(first_look(path))
    return points.make(arguments, look)


def cells_layer(opened: Opened) -> tuple[Any, dict[str, Any], str]:
    """A layer of the first section; what was read travels along until the viewer link takes it."""
    arguments, look = _parts(opened)
    arguments["face_color"] = look.rgba()
    return arguments.pop("data"), arguments, "points"


def _parts(opened: Opened) -> tuple[dict[str, Any], Look]:
    section = opened.sections[0]
    key = section.label_key
    if key is None:
        paint = Paint("plain", np.zeros(len(section), np.float32))
    else:
        paint = column(section.obs[key], ColorBy("label", key))
    arguments = layers.cells_arguments(section, key=key)
    arguments.update(name=layers.cells_name(section), metadata={layers.HANDOVER: opened})
    return arguments, colors.look(paint)
