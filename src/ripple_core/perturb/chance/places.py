"""Random places as placebos: the same edit in turned and moved copies of the region, elsewhere in the same section."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from shapely import affinity

from ripple_core.perturb.chance.calibration import FEWEST, p_values
from ripple_core.perturb.chance.placebos import NoPlacebos
from ripple_core.perturb.chance.strength import Strength
from ripple_core.perturb.editing.edits import Applied
from ripple_core.perturb.zone import Zone
from ripple_core.roi import Roi
from ripple_core.section import Section

TRIES = 60
ABOUT, AT_MOST = 0.2, 0.5
"""A copy holds about as many cells as the region: this share more or less, or, where there is no better place, that."""
RINGS, FEWEST_IN_RING = 10, 50


@dataclass(frozen=True)
class Place:
    """A copy of the region, its zone, and the edit applied to its cells."""

    roi: Roi
    zone: Zone
    applied: Applied


def random_places(
    section: Section, roi: Roi, zone_um: float, count: int, seed: int, suits: Callable[[Roi], bool] = lambda roi: True
) -> list[Roi]:
    """``count`` turned and moved copies of a region with about as many cells, off the region and, where there is room, off its zone.

    Copies may overlap each other; only those that ``suits`` says yes to are taken. NoPlacebos when the section has no room for them.
    """
    rng = np.random.default_rng([seed, 19])
    wanted = max(1, int(roi.contains(section.xy_um).sum()))
    draw = partial(_one_place, section, roi, zone_um, wanted, rng, suits)
    return [draw(number) for number in range(count)]


def _one_place(
    section: Section,
    roi: Roi,
    zone_um: float,
    wanted: int,
    rng: np.random.Generator,
    suits: Callable[[Roi], bool],
    number: int,
) -> Roi:
    best: tuple[tuple[bool, float], Roi] | None = None
    for _ in range(TRIES):
        moved = _moved(roi, section.xy_um[rng.integers(len(section))], rng.uniform(0, 360), f"place {number + 1}")
        apart = float(moved.geometry.distance(roi.geometry))
        cells = int(moved.contains(section.xy_um).sum()) if apart > 0 else 0
        off = abs(cells / wanted - 1)
        if not cells or off > AT_MOST or not suits(moved):
            continue
        rank = (off > ABOUT or apart < zone_um, off + (apart < zone_um))
        if best is None or rank < best[0]:
            best = (rank, moved)
        if not rank[0]:
            break
    if best is None:
        found = "no room beside it in this section"
        way_out = "Draw a smaller region, set null_kind to genes, or set null to 0"
        raise NoPlacebos(f"other places for a region of {wanted} cells, for a null control", found, way_out)
    return best[1]


def _moved(roi: Roi, to: np.ndarray, degrees: float, name: str) -> Roi:
    """The region, turned about its middle and moved so that its middle lies at ``to``."""
    middle = roi.geometry.centroid
    turned = affinity.rotate(roi.geometry, degrees, origin=middle)
    return Roi(affinity.translate(turned, to[0] - middle.x, to[1] - middle.y), name)


class PlacePlacebos:
    """What an edit did around the region and around other places, kept as sums.

    Parameters
    ----------
    edited
        Which genes the edit touched (genes,).
    zone
        That of the region.
    places
        The other places.
    cells, repeats
        Cells of the section; runs of each place.
    """

    lines: tuple[Applied, ...] = ()

    def __init__(self, edited: np.ndarray, zone: Zone, places: Sequence[Place], cells: int, repeats: int) -> None:
        zone_of_each = [zone, *(place.zone for place in places)]
        self.places, self.edited, self.zones = list(places), edited, zone_of_each
        self._wanted = np.array([len(one.targets) * repeats for one in zone_of_each])
        self._count = np.zeros(len(zone_of_each), dtype=np.int64)
        self._total = np.zeros((len(zone_of_each), len(edited)))
        self._strength = [Strength(~edited[None], one.targets, cells) for one in zone_of_each]

    @property
    def finished(self) -> np.ndarray:
        """Which places (places,) have been run to the end."""
        return self._count[1:] >= self._wanted[1:]

    @property
    def done(self) -> int:
        """Placebos that have something to say."""
        return int(self.finished.sum())

    def add(self, cells: np.ndarray, lines: np.ndarray, place: int | None = None) -> None:
        """Add one draw (control and perturbed, cells, genes) around the region, or around one of the places."""
        row = 0 if place is None else place + 1
        response = lines[1:2] - lines[:1]
        self._total[row] += response.sum(axis=(0, 1))
        self._count[row] += len(cells)
        self._strength[row].add(cells, response)

    def p_of_genes(self) -> np.ndarray:
        """p (genes,): is the mean response of a gene other than around other places? NaN for genes that were edited."""
        mean = self._total / np.maximum(self._count, 1)[:, None]
        p = p_values(mean[0], mean[1:][self.finished], centred=True)
        return np.where(self.edited, np.nan, p)

    def spread_of_genes(self) -> np.ndarray:
        """Standard deviation (genes,) of the mean response over the other places; NaN with too few of them."""
        mean = (self._total / np.maximum(self._count, 1)[:, None])[1:][self.finished]
        return mean.std(axis=0, ddof=1) if len(mean) >= FEWEST else np.full(len(self.edited), np.nan)

    def p_of_cells(self, cells: np.ndarray) -> np.ndarray:
        """p (cells,): the share of cells as far from other places that respond as strongly."""
        chosen = np.flatnonzero(self.finished) + 1
        if not len(chosen):
            return np.full(len(cells), np.nan)
        rows = [self.zones[i].targets for i in chosen]
        distance = np.concatenate([self.zones[i].distance_um[targets] for i, targets in zip(chosen, rows)])
        strength = np.concatenate([self._strength[i].mean(targets)[0] for i, targets in zip(chosen, rows)])
        own = self._strength[0].mean(cells)[0]
        return share_as_strong(own, self.zones[0].distance_um[cells], strength, distance)


def share_as_strong(own: np.ndarray, own_um: np.ndarray, others: np.ndarray, others_um: np.ndarray) -> np.ndarray:
    """Share (plus one) of others that are at least as strong, each divided by the spread in its ring of distance.

    Parameters
    ----------
    own, own_um
        Strength and distance (cells,).
    others, others_um
        The same of what they are held against (others,).
    """
    rings = int(np.clip(len(others) // FEWEST_IN_RING, 1, RINGS))
    edges = np.quantile(others_um, np.linspace(0, 1, rings + 1)[1:-1])
    ring = np.digitize(others_um, edges)
    square = np.bincount(ring, weights=others**2, minlength=rings) / np.maximum(np.bincount(ring, minlength=rings), 1)
    spread = np.sqrt(np.maximum(square, 1e-24))
    null = np.sort(others / spread[ring])
    as_strong = len(null) - np.searchsorted(null, own / spread[np.digitize(own_um, edges)], side="left")
    return (1.0 + as_strong) / (1.0 + len(null))
