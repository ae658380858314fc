"""Where cells are put: at given places, so far away, or at free places of a region."""

from __future__ import annotations

import json
from typing import Any, Literal

import numpy as np
from pydantic import Field, field_validator
from scipy.spatial import cKDTree

from ripple_core.errors import DataError, sentence
from ripple_core.roi import Roi
from ripple_core.settings import Settings

MOST = 100_000
APART_SHARE = 0.5
"""Cells are put at least so far from others, in medians of the distance from a cell to its nearest."""
TRIED_AT_ONCE, MOST_IN_VAIN = 2048, 12
MM2 = 1e6


class Placing(Settings):
    """How many cells are put where.

    ``insert`` takes one of ``count``, ``per_mm2`` and ``at_um``; ``move`` takes ``by_um`` or ``region``.
    """

    count: int | None = Field(None, ge=1, le=MOST, description="insert: so many cells.")
    per_mm2: float | None = Field(None, gt=0, description="insert: so many cells per mm² of the region.")
    at_um: list[tuple[float, float]] | None = Field(
        None, min_length=1, max_length=MOST, description="insert: one cell at each of these places (x, y), in µm."
    )
    by_um: tuple[float, float] | None = Field(None, description="move: so far along x and y, in µm.")
    region: dict[str, Any] | None = Field(
        None, description="Where to: a GeoJSON feature in µm, (x, y); insert without one means the region itself."
    )
    apart_um: float | None = Field(
        None, ge=0, description="Least distance to other cells, in µm; None: half of what cells have here."
    )
    profile: Literal["sampled", "mean"] = Field(
        "sampled", description="insert: sampled, each is a measured cell drawn at random; mean, all have their mean."
    )
    seed: int = Field(0, ge=0, description="Another seed: other places, other cells drawn.")

    @field_validator("region")
    @classmethod
    def _as_json_has_it(cls, region: dict[str, Any] | None) -> dict[str, Any] | None:
        found: dict[str, Any] | None = json.loads(json.dumps(region))
        if found is not None:
            Roi.from_feature(found)
        return found

    def check(self, kind: str) -> None:
        """Raise ValueError where this is not what an insert or a move needs."""
        given = [name for name in ("count", "per_mm2", "at_um", "by_um") if getattr(self, name) is not None]
        if kind == "insert" and (len(given) != 1 or self.by_um is not None):
            raise ValueError("an insert edit says how many in one way: count, per_mm2, or the places at_um")
        if kind == "insert" and self.at_um is not None and self.region is not None:
            raise ValueError("an insert edit has places (at_um) or a region to find some in, not both")
        if kind == "move" and (self.region is None) == (self.by_um is None):
            raise ValueError("a move edit says how far (by_um), or into which region")
        if kind == "move" and given not in ([], ["by_um"]):
            raise ValueError("a move edit moves cells that are there; count, per_mm2 and at_um are for insert")
        numbers = np.array([*(self.at_um or []), self.by_um or (1.0, 0.0)])
        if not np.isfinite(numbers).all() or self.by_um == (0.0, 0.0):
            raise ValueError("places and distances are finite, and a move goes somewhere")

    @property
    def words(self) -> str:
        """How many cells, in a few words; empty where it is not said."""
        if self.per_mm2 is not None:
            return f"{self.per_mm2:g} per mm² of"
        number = self.count if self.at_um is None else len(self.at_um)
        return "" if number is None else f"{number:,} of"

    @property
    def target(self) -> Roi | None:
        """The region where cells are put, if it is said."""
        return None if self.region is None else Roi.from_feature(self.region)

    @property
    def is_bound(self) -> bool:
        """Whether it means places of this section, which are nothing to another region."""
        return self.region is not None or self.at_um is not None

    def wanted(self, roi: Roi, strength: float) -> int:
        """How many cells an insert edit of this dose adds to a region."""
        if self.at_um is not None:
            return min(len(self.at_um), round(strength * len(self.at_um)))
        number = self.count if self.count is not None else (self.per_mm2 or 0.0) * roi.area_um2 / MM2
        return round(strength * number)


def free_places(roi: Roi, taken_um: np.ndarray, count: int, *, apart_um: float, seed: int) -> np.ndarray:
    """So many places (count, 2) in a region, drawn at random, none nearer than ``apart_um`` to another or to ``taken_um`` (cells, 2).

    More of the same seed are the same ones and others. DataError where the region has no room.
    """
    rng = np.random.default_rng([seed, 43])
    left, bottom, right, top = roi.geometry.bounds
    around = np.array([left, bottom]) - apart_um, np.array([right, top]) + apart_um
    taken = taken_um[((taken_um >= around[0]) & (taken_um <= around[1])).all(axis=1)]
    found: list[np.ndarray] = []
    in_vain = 0
    while len(found) < count and in_vain < MOST_IN_VAIN:
        tried = rng.uniform((left, bottom), (right, top), (TRIED_AT_ONCE, 2))
        tried = tried[roi.contains(tried)]
        before = len(found)
        others = np.concatenate([taken, np.reshape(found, (-1, 2))])
        if len(others) and len(tried):
            tried = tried[cKDTree(others).query(tried)[0] >= apart_um]
        found += _apart(tried, apart_um)
        in_vain = in_vain + 1 if len(found) == before else 0
    if len(found) < count:
        raise DataError(
            sentence(
                f"room for {count:,} cells in {roi.name}, {apart_um:.1f} µm from others",
                f"room for {len(found):,}",
                "Put fewer there, let them stand nearer to others (apart_um), or remove cells first",
            )
        )
    return np.reshape(found[:count], (-1, 2))


def _apart(tried_um: np.ndarray, apart_um: float) -> list[np.ndarray]:
    """Those of the places (tried, 2), in their order, that keep their distance from the ones taken before them."""
    if not len(tried_um):
        return []
    near = cKDTree(tried_um).query_ball_point(tried_um, apart_um) if apart_um else [[] for _ in tried_um]
    is_taken = np.zeros(len(tried_um), dtype=bool)
    for i, others in enumerate(near):
        is_taken[i] = not any(is_taken[j] for j in others)
    return list(tried_um[is_taken])
