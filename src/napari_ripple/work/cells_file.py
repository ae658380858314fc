"""Reads an .h5ad file into a layer of cells; the viewer link makes them the Session's section."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from napari.layers import Points

from napari_ripple.actions.task import Task
from napari_ripple.actions.tissue.section import Opened, first_look, read_section
from napari_ripple.canvas import colors, layers
from napari_ripple.canvas.cells import points
from napari_ripple.canvas.cells.look import Look
from napari_ripple.display.measured import section_column
from napari_ripple.display.paint import Paint
from napari_ripple.state.view import ColorBy
from ripple_core.progress import Progress, told
from ripple_core.section import Section


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


def with_layer(task: Task, name: str | None = None) -> Task:
    """A task that opens a file, and makes the layer of the section's cells too, away from the screen.

    ``name`` is that of the section that will be shown; None: the first. It waits in the section's memory until the viewer link takes
    it; of a million cells napari needs a third of a second to make one.
    """

    def ready(step: Progress) -> Progress:
        if isinstance(step.partial, Opened):
            opened = step.partial
            shown = next((one for one in opened.sections if one.name == name), opened.sections[0])
            _make_ready(opened, shown)
        return step

    return replace(task, work=lambda stop: told(task.work(stop), ready))


def _make_ready(opened: Opened, section: Section) -> None:
    arguments, look = _parts(replace(opened, sections=(section,)))
    arguments.pop("metadata")
    section.memory[points.READY] = (section.label_key, points.make(arguments, look))


def _parts(opened: Opened) -> tuple[dict[str, Any], Look]:
    section = opened.sections[0]
    key = section.label_key
    if key is None:
        paint = Paint("plain", np.zeros(len(section), np.float32))
    else:
        paint = section_column(section, ColorBy("label", key))
    arguments = layers.cells_arguments(section, key=key)
    arguments.update(name=layers.cells_name(section), metadata={layers.HANDOVER: opened})
    return arguments, colors.look(paint)
