"""Regions painted with a round brush: the area that a stroke covers, added to a region or taken from it."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from ripple_core.errors import DataError, sentence
from ripple_core.regions.combine import area

QUAD_SEGMENTS, FINENESS = 8, 20
DECIMALS = 2


def stroke(path_um: np.ndarray, width_um: float) -> BaseGeometry:
    """The area within half of ``width_um`` of a path (points, 2), (x, y) in µm; one point gives a disc.

    The path is followed to a twentieth of the width, about a pixel: a mouse tells many more places than the outline needs corners.

    >>> round(stroke([[0, 0], [10, 0]], 2).area)
    23
    """
    path = np.asarray(path_um, dtype=np.float64)
    if path.ndim != 2 or path.shape[1] != 2 or not len(path) or not np.isfinite(path).all():
        found = f"an array of shape {path.shape}"
        raise DataError(sentence("the points of a stroke (x, y), all finite", found, "Paint again"))
    if not 0 < width_um < np.inf:
        raise DataError(sentence("a brush wider than 0 µm", f"{width_um:g}", "Choose a wider brush"))
    moved = np.append(True, (np.diff(path, axis=0) != 0).any(axis=1))
    points = path[moved]
    line = shapely.Point(points[0]) if len(points) == 1 else shapely.LineString(points)
    line = shapely.simplify(line, width_um / FINENESS)
    return _rounded(shapely.buffer(line, width_um / 2, quad_segs=QUAD_SEGMENTS))


def painted(geometry: BaseGeometry | None, covered: BaseGeometry) -> BaseGeometry:
    """A region and what a stroke has covered beside it; None stands for no region yet."""
    return covered if geometry is None else area(_rounded(shapely.union(geometry, covered)))


def erased(geometry: BaseGeometry, covered: BaseGeometry) -> BaseGeometry:
    """A region without what a stroke has covered; DataError where nothing would be left."""
    return area(_rounded(shapely.difference(geometry, covered)), "a region of which something is left")


def _rounded(geometry: BaseGeometry) -> BaseGeometry:
    """The same area on a grid of 0.01 µm, so that hundreds of strokes do not pile up corners."""
    return shapely.set_precision(geometry, 10.0**-DECIMALS)
