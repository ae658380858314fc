"""Some cells of a section, named by a label or a region, and what it means to take after them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pydantic import Field, field_validator, model_validator

from ripple_core.errors import DataError, sentence
from ripple_core.roi import Roi
from ripple_core.section import Section
from ripple_core.settings import Settings

MOST_MODELS = 5000
"""Of more cells that are taken after, so many are drawn: their mean is the same, and it stays quick."""
SEED = 41
Profiles = Callable[[np.ndarray], np.ndarray]


class Cells(Settings):
    """Cells of a section: those with a label, those in a region, or, with both, those with the label in the region."""

    key: str | None = Field(None, description="The column of obs that holds the label.")
    label: str | None = Field(None, description="Cells with this label.")
    region: dict[str, Any] | None = Field(None, description="Cells inside a region: a GeoJSON feature in µm, (x, y).")

    @field_validator("region")
    @classmethod
    def _as_json_has_it(cls, region: dict[str, Any] | None) -> dict[str, Any] | None:
        found: dict[str, Any] | None = json.loads(json.dumps(region))
        return found

    @model_validator(mode="after")
    def _name_cells(self) -> Cells:
        if (self.key is None) != (self.label is None):
            raise ValueError("a label needs its column of obs (key), and a column its label")
        if self.label is None and self.region is None:
            raise ValueError("a label, a region or both")
        if self.region is not None:
            Roi.from_feature(self.region)
        return self

    @property
    def words(self) -> str:
        """The cells in a few words."""
        place = "" if self.region is None else Roi.from_feature(self.region).name
        return f"{self.label} in {place}" if self.label and place else self.label or place

    def inside(self, section: Section) -> np.ndarray:
        """Which cells (cells,) of a section these are; DataError for a column that it lacks."""
        found = np.ones(len(section), dtype=bool)
        if self.label is not None:
            if self.key not in section.obs:
                has = ", ".join(map(str, list(section.obs.columns)[:8])) or "none"
                raise DataError(sentence(f"a column {self.key!r} in obs", f"columns {has}", "Choose one of these"))
            found &= (section.obs[self.key].astype(str) == self.label).to_numpy()
        if self.region is not None:
            found &= Roi.from_feature(self.region).contains(section.xy_um)
        return found


@dataclass(frozen=True)
class Scope:
    """What an edit may reach: rows of a section (cells,), in the order of the expression that is edited.

    ``own`` says which of them (cells,) are of the region that an edit without one of its own means; None: all. ``roi`` is that
    region, where it is needed to find places for cells.
    """

    section: Section
    rows: np.ndarray
    own: np.ndarray | None = None
    roi: Roi | None = None

    def chosen(self, where: Cells | None) -> np.ndarray:
        """Which of the rows (cells,) are meant; DataError where none is."""
        everywhere = np.ones(len(self.rows), dtype=bool)
        mask = everywhere if where is None else where.inside(self.section)[self.rows]
        if self.own is not None and (where is None or where.region is None):
            mask = mask & self.own
        if not mask.any():
            what = "cells" if where is None else f"cells of {where.words}"
            way_out = "Choose another cell type, or draw the region over such cells"
            raise DataError(sentence(f"{what} in the region", "none", way_out))
        return mask

    def models(self, source: Cells) -> np.ndarray:
        """Rows of the section that are taken after; DataError where there are none."""
        found = np.flatnonzero(source.inside(self.section))
        if not len(found):
            raise DataError(sentence(f"cells of {source.words} to take after", "none", "Choose another type or region"))
        if len(found) > MOST_MODELS:
            found = np.sort(np.random.default_rng(SEED).choice(found, MOST_MODELS, replace=False))
        return found


def transferred(x: np.ndarray, scope: Scope, source: Cells, strength: float, profiles: Profiles) -> np.ndarray:
    """Cells (cells, genes) on their way to the mean profile of others: a share ``strength`` of it, at most all."""
    profile = profiles(scope.models(source)).mean(axis=0)
    return x + min(strength, 1.0) * (profile - x)


def retyped(
    x: np.ndarray, rows: np.ndarray, scope: Scope, source: Cells, strength: float, profiles: Profiles
) -> np.ndarray:
    """Cells (cells, genes) at ``rows`` of the section, of which a share ``strength`` became cells of another kind.

    Each takes over the whole expression of a measured cell of that kind, drawn at random, none twice while there are enough; with a
    higher dose the same cells change and more. Cells of that kind already stay as they are.
    """
    models, is_one = scope.models(source), source.inside(scope.section)
    rng = np.random.default_rng(SEED)
    others = np.flatnonzero(~is_one[rows])
    drawn = rng.choice(models, len(others), replace=len(models) < len(others))
    order = rng.permutation(len(others))[: round(min(strength, 1.0) * len(others))]
    changed = x.copy()
    if len(order):
        changed[others[order]] = profiles(drawn[order])
    return changed


def regions_of(wheres: Iterable[Cells | None]) -> list[Roi]:
    """The regions that edits name for themselves."""
    return [Roi.from_feature(where.region) for where in wheres if where is not None and where.region is not None]


def together(roi: Roi, others: Sequence[Roi]) -> Roi:
    """One region of all; the same one where there are no others."""
    if not others:
        return roi
    names = list(dict.fromkeys([roi.name, *(other.name for other in others)]))
    geometry = shapely.union_all([roi.geometry, *(other.geometry for other in others)])
    return Roi(geometry, " + ".join(names), roi.color)
