"""Regions as shapes of a napari layer and back: which shapes are which region, drawn, read, named and unnamed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from napari.layers import Shapes

from napari_ripple.canvas import colors, layers
from napari_ripple.canvas.layers import ROI_COLUMN
from ripple_core.roi import Roi
from ripple_core.section import Section

SMALLEST_CELLS = 2.0


def groups(layer: Shapes, known: Collection[str]) -> tuple[list[int], dict[str, list[int]]]:
    """Indices of shapes without a region, and those of the shapes of each region whose name is ``known``."""
    new: list[int] = []
    named: dict[str, list[int]] = {}
    names = list(layer.features[ROI_COLUMN]) if ROI_COLUMN in layer.features else []
    names += [""] * (len(layer.data) - len(names))
    for index, name in enumerate(names[: len(layer.data)]):
        if name in known:
            named.setdefault(name, []).append(index)
        else:
            new.append(index)
    return new, named


def region(layer: Shapes, indices: Iterable[int], cells: Any | None) -> Roi:
    """The region of some shapes, in µm of the section whose cells are another layer; DataError where it is no area."""
    kinds, data = layer.shape_type, layer.data
    return layers.roi_from_shapes([(str(kinds[i]), layers.to_section(data[i], layer, cells)) for i in indices])


def fill(layer: Shapes, rois: Sequence[Roi], edge_um: float, cells: Any | None) -> None:
    """Make the shapes of a layer those of some regions, lines ``edge_um`` wide, and nothing else."""
    arguments = layers.roi_arguments(rois, edge_um)
    rings = [layers.from_section(ring, layer, cells) for ring in arguments.pop("data")]
    features = arguments.pop("features")
    layer.selected_data = set()
    layer.data = []
    if rings:
        layer.add(rings, **arguments)
    layer.features = features
    layer.feature_defaults = {ROI_COLUMN: ""}


def name(layer: Shapes, index: int, roi: Roi) -> None:
    """Write a region's name and colours on its shape."""
    _write_names(layer, [index], roi.name)
    edges, faces = np.array(layer.edge_color), np.array(layer.face_color)
    edges[index] = colors.rgba(roi.color)
    faces[index] = colors.rgba(roi.color, int(layers.FILL_ALPHA, 16) / 255)
    layer.edge_color, layer.face_color = edges, faces


def unname(layer: Shapes, indices: Iterable[int]) -> None:
    """Take the name off shapes that have just been added: napari gives them that of the selected one."""
    _write_names(layer, indices, "")


def is_a_slip(roi: Roi, section: Section | None) -> bool:
    """Whether an outline is what a click without a drag leaves: no cell inside, and no room for two."""
    if section is None or len(section) < 2 or roi.contains(section.xy_um).any():
        return False
    return roi.area_um2 < (SMALLEST_CELLS * section.nearest_um) ** 2


def _write_names(layer: Shapes, indices: Iterable[int], words: str) -> None:
    features = layer.features.copy()
    for index in indices:
        features.loc[index, ROI_COLUMN] = words
    layer.features = features[: len(layer.data)]
