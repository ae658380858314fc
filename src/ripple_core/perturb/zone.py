"""Which cells are edited, which are regenerated and in which order, and which stay known around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ripple_core.errors import DataError, sentence
from ripple_core.roi import Roi
from ripple_core.section import Section, section_named

CONTEXT_BEYOND_UM = 600.0
ORDER_NOISE_UM = 8.0


@dataclass(frozen=True)
class Zone:
    """Rows of the section: the region's cells, the cells to generate, the cells that stay known, and their distance.

    ``distance_um`` (cells,) is that of the region's cells and of those to generate to its edge, negative inside; of others it may be
    infinite. Where cells arrive from elsewhere it is the distance to that place, if that is less.
    """

    roi: np.ndarray
    targets: np.ndarray
    context: np.ndarray
    distance_um: np.ndarray


def section_of(section: Section, roi: Roi, name: str | None = None) -> Section:
    """The one section of a file that a region is about: the one named, else the one with the most cells inside.

    The only section of a file may be named after the file, too.
    """
    parts = section.split()
    if len(parts) == 1 and name in (None, section.name):
        return parts[0]
    if name is not None:
        return section_named(parts, name)
    return max(parts, key=lambda part: int(roi.contains(part.xy_um).sum()))


def around(section: Section, roi: Roi, zone_um: float, context: str) -> Zone:
    """The zone around a region: cells up to ``zone_um`` from its edge are generated; ``context`` full or roi."""
    distance = roi.distance_um(section.xy_um, zone_um)
    inside = _inside(section, roi)
    targets = np.flatnonzero(~inside & (distance <= zone_um))
    if not len(targets):
        nearest = roi.distance_um(section.xy_um[~inside]).min()
        raise DataError(
            sentence(f"cells within {zone_um:g} µm of the region", f"the nearest at {nearest:.0f} µm", "Widen the zone")
        )
    known = np.array([], dtype=np.int64)
    if context == "full":
        known = np.flatnonzero(_around(section, roi, zone_um + CONTEXT_BEYOND_UM) & ~inside & (distance > zone_um))
    return Zone(np.flatnonzero(inside), targets, known, distance)


def between(section: Section, roi: Roi, zone_um: float, *, given: np.ndarray, landing: Sequence[Roi] = ()) -> Zone:
    """The zone where cells come or go: all others near the region, inside it too, and near where cells arrive are generated.

    ``given`` are the rows of the cells that are changed or leave; cells beyond the zone stay known.
    """
    near = np.maximum(roi.distance_um(section.xy_um, zone_um + CONTEXT_BEYOND_UM), 0.0)
    distance = roi.distance_um(section.xy_um, zone_um + CONTEXT_BEYOND_UM)
    for other in landing:
        there = np.maximum(other.distance_um(section.xy_um, zone_um + CONTEXT_BEYOND_UM), 0.0)
        near, distance = np.minimum(near, there), np.where(there < np.abs(distance), there, distance)
    is_given = np.zeros(len(section), dtype=bool)
    is_given[given] = True
    targets = np.flatnonzero(~is_given & (near <= zone_um))
    known = np.flatnonzero(~is_given & (near > zone_um) & (near <= zone_um + CONTEXT_BEYOND_UM))
    if not len(targets):
        found = "none but those that are changed" if len(given) else "none"
        raise DataError(sentence(f"cells within {zone_um:g} µm of the region", found, "Widen the zone"))
    return Zone(np.asarray(given), targets, known, distance)


def within(section: Section, roi: Roi) -> Zone:
    """For generating the region itself: its cells are the targets, all around stay known."""
    inside = _inside(section, roi)
    distance = roi.distance_um(section.xy_um, 0.0)
    known = np.flatnonzero(_around(section, roi, CONTEXT_BEYOND_UM) & ~inside)
    return Zone(np.array([], dtype=np.int64), np.flatnonzero(inside), known, distance)


def outward(zone: Zone, seed: int) -> np.ndarray:
    """The targets in generation order: near the region's edge first, with a little noise that ``seed`` fixes."""
    rng = np.random.default_rng([seed, 3])
    key = np.abs(zone.distance_um[zone.targets]) + rng.normal(0.0, ORDER_NOISE_UM, len(zone.targets))
    return zone.targets[np.argsort(key)]


def _around(section: Section, roi: Roi, reach_um: float) -> np.ndarray:
    """Which cells (cells,) lie in the region or no farther from it than ``reach_um``, to a thousandth of it.

    So far out nobody asks how far exactly, and a grown outline tells it in a tenth of the time.
    """
    return Roi(roi.geometry.buffer(reach_um)).contains(section.xy_um)


def _inside(section: Section, roi: Roi) -> np.ndarray:
    inside = roi.contains(section.xy_um)
    if not inside.any():
        (left, bottom), (right, top) = section.xy_um.min(axis=0), section.xy_um.max(axis=0)
        found = f"none (the section spans x {left:.0f} to {right:.0f}, y {bottom:.0f} to {top:.0f} µm)"
        raise DataError(
            sentence("a region with cells in it", found, "Draw it over the tissue; coordinates are in µm, (x, y)")
        )
    if inside.all():
        raise DataError(sentence("cells outside the region", "every cell of the section inside", "Draw a smaller one"))
    return inside
