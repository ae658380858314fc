"""New outlines from old ones: union, intersection and difference of two, and what lies so many µm around one."""

from __future__ import annotations

from typing import Literal, get_args

import shapely
from shapely.geometry.base import BaseGeometry

from ripple_core.errors import DataError, sentence

How = Literal["union", "intersection", "difference"]
HOWS: tuple[str, ...] = get_args(How)
QUAD_SEGMENTS = 16
"""Corners in a quarter of a rounded end: the outline is off by less than 0.5 % of the distance."""


def combine(first: BaseGeometry, second: BaseGeometry, how: How) -> BaseGeometry:
    """The area of both (``union``), in both (``intersection``), or in the first only (``difference``).

    Raises DataError where nothing would be left.
    """
    if how not in HOWS:
        raise DataError(sentence(" or ".join(HOWS), repr(how), "Choose one of them"))
    found = {"union": shapely.union, "intersection": shapely.intersection, "difference": shapely.difference}[how](
        first, second
    )
    words = "two regions that overlap" if how == "intersection" else "a region that the other does not cover"
    return area(found, words)


def grow(geometry: BaseGeometry, distance_um: float) -> BaseGeometry:
    """The area within ``distance_um`` of a region; a negative distance shrinks it from its edge inward.

    Raises DataError where it would vanish.
    """
    _check_distance(distance_um)
    words = f"a region wider than {2 * abs(distance_um):g} µm" if distance_um < 0 else "a region"
    return area(shapely.buffer(geometry, distance_um, quad_segs=QUAD_SEGMENTS), words)


def ring(geometry: BaseGeometry, distance_um: float) -> BaseGeometry:
    """The band of ``distance_um`` around a region, without the region; a negative distance gives the band inside its edge.

    Raises DataError where there is none.
    """
    _check_distance(distance_um)
    if distance_um > 0:
        return area(shapely.difference(grow(geometry, distance_um), geometry), "a distance above 0 µm")
    inner = shapely.buffer(geometry, distance_um, quad_segs=QUAD_SEGMENTS)
    return area(shapely.difference(geometry, inner), "a distance above 0 µm")


def area(geometry: BaseGeometry, expected: str = "a region with an area") -> BaseGeometry:
    """The polygons of a geometry, without the points and lines along which areas touch; DataError where none is left."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in ("Polygon", "MultiPolygon")]
    polygons = [part for part in parts if part.area > 0]
    if not polygons:
        raise DataError(sentence(expected, "nothing left", "Choose other regions or a smaller distance"))
    return polygons[0] if len(polygons) == 1 else shapely.union_all(polygons)


def _check_distance(distance_um: float) -> None:
    if not abs(distance_um) > 0 or abs(distance_um) == float("inf"):
        raise DataError(sentence("a distance other than 0 µm", f"{distance_um:g}", "Choose how far to grow or shrink"))
