"""A SpatialData store: its tables, each of which is a section, and its images, placed by their transformations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np

from ripple_core.io import ngff, picture, store
from ripple_core.io.picture import TissueImage

ATTRS = "spatialdata_attrs"
COLORS, MAX_CHANNELS = 3, 8
NEAR = 2048
"""Pixels a side of the level from which limits are taken; more are read only where there is no smaller one."""


def images(path: Path, xy: np.ndarray, name: str, um_per_unit: float) -> tuple[TissueImage, ...]:
    """The images that share a coordinate system with a table's cells; the largest is shown, the others wait hidden.

    Parameters
    ----------
    path
        The store, or one of its tables.
    xy
        Positions (cells, 2) as the table has them: in the own coordinates of the element that it annotates.
    name
        Of the section.
    um_per_unit
        By how much the positions were scaled when they became µm.
    """
    root, table = store.whole_of(path), store.table_of(path)
    if "images" not in root:
        return ()
    to_um = np.diag([um_per_unit, um_per_unit, 1.0])
    placed = []
    for title, element in root["images"].groups():
        matrix = _to_table(element, table, root)
        if matrix is not None:
            placed += list(_layers(element, title, name, to_um @ matrix @ ngff.PIXEL_CENTRE))
    placed = [image for image in placed if _share_under(image, xy * um_per_unit) > 0]
    placed.sort(key=lambda image: (not image.is_shown, -np.prod(image.pixels.shape[:2])))
    return tuple(image if number == 0 else image.hidden() for number, image in enumerate(placed))


def _to_table(image: Any, table: Any, root: Any) -> np.ndarray | None:
    """The matrix (3, 3) from an image's own (x, y, 1) to a table's; None where they meet in no coordinate system."""
    of_image = ngff.systems(image)
    for element in _annotated(table, root):
        of_cells = ngff.systems(element)
        for system in of_image:
            if system in of_cells and np.linalg.matrix_rank(of_cells[system]) == 3:
                return np.linalg.inv(of_cells[system]) @ of_image[system]
    return None


def _annotated(table: Any, root: Any) -> Iterator[Any]:
    """The elements in whose own coordinates a table's positions may be: shapes, then labels.

    A table of labels has its positions in the coordinates of the outlines beside them, not in pixels.
    """
    uns = table.get("uns", {})
    stated = ad.io.read_elem(uns[ATTRS]) if ATTRS in uns else {}
    region = stated.get("region")
    regions = [] if region is None else [region] if isinstance(region, str) else [str(one) for one in region]
    shapes, labels = root.get("shapes", {}), root.get("labels", {})
    yield from (shapes[one] for one in regions if one in shapes)
    if any(one in labels for one in regions) and hasattr(shapes, "groups"):
        yield from (element for _, element in sorted(shapes.groups(), key=lambda one: "cell" not in one[0]))
    yield from (labels[one] for one in regions if one in labels)


def _layers(element: Any, title: str, name: str, to_um: np.ndarray) -> Iterator[TissueImage]:
    """An image as colours, or each of its channels as a stain."""
    import dask.array as da

    scales = ngff.multiscales(element) or {}
    axes = ngff.names(scales.get("axes", ())) or ["c", "y", "x"]
    levels = [da.from_zarr(element[str(one["path"])]) for one in scales.get("datasets", ())]
    if not levels or axes != ["c", "y", "x"]:
        return
    if levels[0].shape[0] == COLORS and levels[0].dtype == np.uint8:
        first, *others = (da.moveaxis(level, 0, 2).rechunk({2: -1}) for level in levels)
        yield TissueImage(name, title, first, to_um, tuple(others))
        return
    labels = ngff.channels(element)
    for number in range(min(levels[0].shape[0], MAX_CHANNELS)):
        first, *others = (level[number] for level in levels)
        kind = f"{title}, {labels[number]}" if number < len(labels) else f"{title} {number}"
        step = max(1, max(levels[-1].shape[1:]) // NEAR)
        limits = picture.limits(np.asarray(levels[-1][number, ::step, ::step]))
        yield TissueImage(name, kind, first, to_um, tuple(others), limits, is_shown=number == 0)


def _share_under(image: TissueImage, xy_um: np.ndarray) -> float:
    """Share of the cells that lie on an image."""
    places = np.column_stack([xy_um, np.ones(len(xy_um))]) @ np.linalg.inv(image.to_um).T
    rows, columns = image.pixels.shape[:2]
    inside = (places[:, :2] > -1) & (places[:, :2] < (columns, rows))
    return float(inside.all(axis=1).mean())
