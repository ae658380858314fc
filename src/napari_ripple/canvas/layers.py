"""Core values to napari layer data and back; the only place where (x, y) in µm and (row, column) meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from ripple_core.errors import DataError, sentence
from ripple_core.io.picture import TissueImage
from ripple_core.positions import CELL_PITCH_UM
from ripple_core.roi import Roi
from ripple_core.section import Section

UNITS = ("um", "um")
AXES = ("y", "x")
CELL_SHARE = 0.9
ELLIPSE_CORNERS = 64
DECIMALS = 2
AREA_TYPES = ("polygon", "rectangle", "ellipse")
ON_A_LINE_UM = 0.01
"""Corners so near to the line between their neighbours are not drawn: napari cannot fill some areas that have them."""
ROI_LAYER_NAME, ROI_COLUMN = "Regions", "roi"
FILL_ALPHA, CLEAR = "26", "00"
HANDOVER = "ripple_opened"
"""Key of a layer's metadata under which the reader hands over what it has read; it is taken out at once."""


def rows_columns(xy_um: np.ndarray) -> np.ndarray:
    """Positions (n, 2) as napari has them: (y, x)."""
    return np.asarray(xy_um)[:, ::-1]


def xy(rows_and_columns: np.ndarray) -> np.ndarray:
    """Positions (n, 2) of a 2-D layer, or the last two axes of another, as the core has them: (x, y)."""
    return np.asarray(rows_and_columns, dtype=np.float64)[:, -2:][:, ::-1]


def cell_size_um(section: Section) -> float:
    """Diameter of the discs that stand for cells: a little less than the distance between neighbours."""
    nearest = section.nearest_um if len(section) > 1 else 0.0
    return CELL_SHARE * (nearest if nearest > 0 else CELL_PITCH_UM)


def cells_arguments(section: Section, rows: np.ndarray | None = None, *, key: str | None = None) -> dict[str, Any]:
    """Arguments of a Points layer, but for its colours, for all cells or for those at ``rows``.

    The status bar names each cell and its ``obs[key]``.
    """
    chosen = slice(None) if rows is None else rows
    features = {"cell": section.cells[chosen].to_numpy(dtype=object)}
    if key is not None:
        labels = section.labels(key).cat
        names = np.array([*labels.categories.astype(str), "nan"], dtype=object)
        features["type"] = names[labels.codes.to_numpy()[chosen]]
    return {
        "data": rows_columns(section.xy_um[chosen]),
        "size": cell_size_um(section),
        "border_width": 0,
        "antialiasing": 0,
        "features": features,
        "units": UNITS,
        "axis_labels": AXES,
    }


def cells_name(section: Section) -> str:
    """Name of the layer of measured cells."""
    return f"Cells of {section.name}"


def simulated_name(title: str) -> str:
    """Name of the layer of simulated cells; it says so first, since napari shortens long names."""
    rest = title.replace(", simulated", "").replace(" (simulated)", "")
    return f"simulated: {rest}"


def image_arguments(image: TissueImage) -> dict[str, Any]:
    """Arguments of an Image layer that lies under the cells, in µm."""
    pixels = image.pixels
    if image.is_color and pixels.dtype.kind == "f":
        pixels = np.clip(pixels, 0.0, 1.0).astype(np.float32)
    swapped = image.to_um[[1, 0, 2]][:, [1, 0, 2]]
    look = {} if image.limits is None else {"contrast_limits": image.limits, "colormap": "gray"}
    return {
        "data": [pixels, *image.coarser] if image.coarser else pixels,
        "multiscale": bool(image.coarser),
        "rgb": image.is_color,
        "name": image.title,
        "affine": swapped,
        "units": UNITS,
        "axis_labels": AXES,
        "opacity": 1.0,
        "visible": image.is_shown,
        **look,
    }


def roi_arguments(rois: Sequence[Roi], edge_um: float) -> dict[str, Any]:
    """Arguments of a Shapes layer for regions: one polygon for every outline and every hole, all named.

    A part with holes is not filled, since napari would fill its holes too.
    """
    rings = [(ring, roi, fill) for roi in rois for ring, fill in _rings(_drawn(roi.geometry))]
    return {
        "data": [ring for ring, _, _ in rings],
        "shape_type": ["polygon"] * len(rings),
        "edge_color": [roi.color for _, roi, _ in rings],
        "face_color": [roi.color + fill for _, roi, fill in rings],
        "edge_width": edge_um,
        "features": {ROI_COLUMN: np.array([roi.name for _, roi, _ in rings], dtype=object)},
    }


def edge_width_um(section: Section | None) -> float:
    """Line width of a region that is seen when the whole section is."""
    if section is None:
        return 2.0
    return max(float(section.span_um.max()) / 250, 0.1)


def outlines(geometry: BaseGeometry) -> list[np.ndarray]:
    """Every ring (corners, 2) of a region, holes too, as (row, column); together they obey the even-odd rule."""
    return [ring for ring, _ in _rings(geometry)]


def _drawn(geometry: BaseGeometry) -> BaseGeometry:
    """A region without the corners that cannot be seen."""
    return shapely.simplify(geometry, ON_A_LINE_UM)


def _rings(geometry: BaseGeometry) -> list[tuple[np.ndarray, str]]:
    """The same, each with the opacity of its fill (two hexadecimal digits)."""
    return [
        (rows_columns(np.asarray(ring.coords)[:-1]), CLEAR if len(part.interiors) else FILL_ALPHA)
        for part in shapely.get_parts(geometry)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]


def roi_from_shapes(shapes: Sequence[tuple[str, np.ndarray]]) -> Roi:
    """The region of the shapes (type, vertices (corners, 2) as (x, y) in µm) that share a name, by the even-odd rule.

    Raises DataError for lines, for fewer than three corners, and for an area of zero.
    """
    geometry: BaseGeometry | None = None
    for kind, vertices in shapes:
        if kind not in AREA_TYPES:
            raise DataError(sentence("an area", f"a {kind}", "Draw a polygon, lasso, rectangle or ellipse"))
        corners = ellipse_corners(vertices) if kind == "ellipse" else vertices
        ring = Roi.from_vertices(np.round(corners, DECIMALS)).geometry
        geometry = ring if geometry is None else shapely.symmetric_difference(geometry, ring)
    if geometry is None:
        raise DataError(sentence("an area", "nothing", "Draw a polygon, lasso, rectangle or ellipse"))
    return Roi(geometry)


def ellipse_corners(box: np.ndarray) -> np.ndarray:
    """Corners (64, 2) of the ellipse in a box (4, 2); the box may be turned."""
    centre = box.mean(axis=0)
    across, along = (box[1] - box[0]) / 2, (box[3] - box[0]) / 2
    angle = np.linspace(0, 2 * np.pi, ELLIPSE_CORNERS, endpoint=False)[:, None]
    return centre + np.cos(angle) * across + np.sin(angle) * along


def affine(layer: Any) -> tuple[np.ndarray, np.ndarray]:
    """Matrix (2, 2) and offset (2,) that take a layer's data coordinates (row, column) to the world's."""
    offset = np.asarray(layer.data_to_world((0.0, 0.0)), dtype=np.float64)[-2:]
    steps = [np.asarray(layer.data_to_world(unit), dtype=np.float64)[-2:] - offset for unit in ((1.0, 0.0), (0.0, 1.0))]
    return np.stack(steps, axis=1), offset


def to_section(vertices: np.ndarray, drawn_on: Any, cells: Any | None) -> np.ndarray:
    """Vertices (n, 2) of a shape, in its layer's data, as (x, y) in µm of the section whose cells are another layer."""
    matrix, offset = affine(drawn_on)
    return world_to_section(np.asarray(vertices, dtype=np.float64)[:, -2:] @ matrix.T + offset, cells)


def world_to_section(world: np.ndarray, cells: Any | None) -> np.ndarray:
    """Positions (n, 2) in napari's world, (row, column), as (x, y) in µm of the section whose cells are a layer."""
    if cells is not None:
        matrix, offset = affine(cells)
        world = (world - offset) @ np.linalg.inv(matrix).T
    return xy(world)


def from_section(vertices: np.ndarray, drawn_on: Any, cells: Any | None) -> np.ndarray:
    """The way back: (row, column) in µm of the section to the data coordinates of the layer that is drawn on."""
    world = np.asarray(vertices, dtype=np.float64)
    if cells is not None:
        matrix, offset = affine(cells)
        world = world @ matrix.T + offset
    matrix, offset = affine(drawn_on)
    return (world - offset) @ np.linalg.inv(matrix).T
