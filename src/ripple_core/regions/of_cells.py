"""The region that some cells fill: discs around them, joined where they are close, without crumbs and pinholes."""

from __future__ import annotations

import numpy as np
import shapely
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from ripple_core.errors import DataError, sentence
from ripple_core.settings import Settings

QUAD_SEGMENTS = 4


class FillSettings(Settings):
    """How single cells become an area."""

    join_um: float = Field(30.0, gt=0, description="Gaps between cells that are narrower than this, in µm, are closed.")
    margin_um: float = Field(5.0, gt=0, description="How far the outline keeps from the outermost cells, in µm.")
    min_cells: int = Field(5, ge=1, description="Pieces of fewer cells than this are left out.")


def region_of_cells(xy_um: np.ndarray, settings: FillSettings | None = None) -> BaseGeometry:
    """The area that cells at (cells, 2), (x, y) in µm, fill: a morphological closing of discs.

    Every cell becomes a disc of radius ``margin_um`` plus half of ``join_um``; their union is shrunk by half of
    ``join_um``. So what is left follows the outermost cells at ``margin_um``, and gaps between groups of cells are
    closed where less than ``join_um`` lies between their outlines. Pieces of fewer than ``min_cells`` cells go, and so
    do holes smaller than a disc of diameter ``join_um``.
    Raises DataError where nothing is left.
    """
    chosen = settings or FillSettings()
    xy = np.unique(np.asarray(xy_um, dtype=np.float64).reshape(-1, 2), axis=0)
    if not len(xy):
        raise DataError(sentence("at least one cell", "none", "Choose another label"))
    reach = chosen.join_um / 2
    discs = shapely.buffer(shapely.points(xy), reach + chosen.margin_um, quad_segs=QUAD_SEGMENTS)
    closed = shapely.buffer(shapely.union_all(discs), -reach, quad_segs=QUAD_SEGMENTS)
    pieces = [_without_pinholes(part, chosen) for part in shapely.get_parts(closed) if part.geom_type == "Polygon"]
    kept = [piece for piece, cells in zip(pieces, _cells_in(pieces, xy), strict=True) if cells >= chosen.min_cells]
    if not kept:
        found = f"{len(xy):,} scattered cells"
        way_out = "Join cells that are farther apart, or keep smaller pieces"
        raise DataError(sentence(f"at least {chosen.min_cells} cells close to each other", found, way_out))
    whole = shapely.union_all(kept)
    return shapely.simplify(whole, 0.05 * chosen.margin_um)


def _without_pinholes(piece: shapely.Polygon, settings: FillSettings) -> shapely.Polygon:
    """A piece whose small holes, in which no group of cells would fit, are filled."""
    smallest = np.pi * (settings.join_um / 2) ** 2
    holes = [hole for hole in piece.interiors if shapely.Polygon(hole).area > smallest]
    return shapely.Polygon(piece.exterior, holes)


def _cells_in(pieces: list[shapely.Polygon], xy: np.ndarray) -> np.ndarray:
    """How many of the cells lie in each piece (pieces,)."""
    tree = shapely.STRtree(pieces)
    of_piece = tree.query(shapely.points(xy), predicate="intersects")[1]
    return np.bincount(of_piece, minlength=len(pieces))
