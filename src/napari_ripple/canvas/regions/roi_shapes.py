"""Regions as shapes of a napari layer and back: which shapes are which region, drawn, read, named and unnamed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.layers import Shapes

from napari_ripple.canvas import colors, layers
from napari_ripple.canvas.layers import ROI_COLUMN
from napari_ripple.canvas.regions.outlines import Outlines
from ripple_core.roi import Roi
from ripple_core.section import Section

SMALLEST_CELLS = 2.0
BOLD = 2.0
"""The line of the region that is edited is so many times as wide as those of the others."""
STROKE_ALPHA = "c0"
FINENESS = 8
"""Corners of a stroke that is being made are this part of its width apart: it is drawn anew many times a second."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """A stroke of the brush: its path (points, 2), (x, y) in µm of the section, its width and its colour (``#rrggbb``)."""

    path_um: np.ndarray
    width_um: float
    color: str

    def corners(self) -> np.ndarray:
        """The path (corners, 2) without what lies too close together to be seen; at least two corners."""
        least, kept = self.width_um / FINENESS, [self.path_um[0]]
        for place in self.path_um[1:]:
            if np.hypot(*(place - kept[-1])) >= least:
                kept.append(place)
        if len(kept) == 1:
            kept.append(kept[0] + (least, 0.0))
        return np.array(kept)


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


def unfilled(layer: Outlines, known: Collection[str]) -> set[str]:
    """Names of the regions of which only a line is drawn, since napari cannot fill it."""
    lines = set(layer.unfilled)
    return {name for name, indices in groups(layer, known)[1].items() if lines & set(indices)}


def region(layer: Shapes, indices: Iterable[int], cells: Any | None) -> Roi:
    """The region of some shapes, in µm of the section whose cells are another layer; DataError where it is no area."""
    kinds, data = layer.shape_type, layer.data
    return layers.roi_from_shapes([(str(kinds[i]), layers.to_section(data[i], layer, cells)) for i in indices])


def fill(layer: Shapes, rois: Sequence[Roi], edge_um: float, cells: Any | None) -> None:
    """Make the shapes of a layer those of some regions, lines ``edge_um`` wide, and nothing else.

    It is told once, at the end: at each event napari works out anew how large all layers are together.
    """
    arguments = layers.roi_arguments(rois, edge_um)
    rings = [layers.from_section(ring, layer, cells) for ring in arguments.pop("data")]
    features = arguments.pop("features")
    layer.selected_data = set()
    with layer.events.data.blocker():
        layer.data = []
        if rings:
            layer.add(rings, **arguments)
    layer.features = features
    layer.feature_defaults = {ROI_COLUMN: ""}
    layer.events.data(value=layer.data, action="changed", data_indices=tuple(range(len(rings))), vertex_indices=((),))


def make_bold(layer: Shapes, active: str | None, edge_um: float) -> None:
    """Draw the line of one region bolder than those of the others; where there are no others, like any. Shapes without a name stay."""
    names = list(layer.features[ROI_COLUMN]) if ROI_COLUMN in layer.features else []
    if len(names) != len(layer.data):
        return
    bold = edge_um * BOLD if len({*names} - {""}) > 1 else edge_um
    widths = [(bold if name == active else edge_um) if name else width for name, width in zip(names, layer.edge_width)]
    if widths != list(layer.edge_width):
        layer.edge_width = widths
        layer.events.edge_width()


def draw_stroke(layer: Shapes, stroke: Stroke, count: int, cells: Any | None) -> None:
    """Draw a stroke above the first ``count`` shapes, in the place of the one that was drawn there before.

    It is a thick line, which napari draws at once; an area of that form would be cut into triangles in Python, every time.
    Nobody is told: it is no region, and does not make the tissue larger.
    """
    take_stroke_away(layer, count)
    path = layers.from_section(layers.rows_columns(stroke.corners()), layer, cells)
    with layer.events.data.blocker():
        layer.add(path, shape_type="path", edge_width=stroke.width_um, edge_color=stroke.color + STROKE_ALPHA)


def take_stroke_away(layer: Shapes, count: int) -> None:
    """Leave the first ``count`` shapes, and nothing else."""
    if len(layer.data) > count:
        layer.selected_data = set(range(count, len(layer.data)))
        with layer.events.data.blocker():
            layer.remove_selected()


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
