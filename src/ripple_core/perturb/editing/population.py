"""Which cells an edited section has: those that were removed, moved and put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from shapely import affinity

from ripple_core.errors import DataError, sentence
from ripple_core.perturb.editing.cells import SEED, Cells, Profiles, Scope, regions_of
from ripple_core.perturb.editing.edit import OF_PRESENCE, Edit
from ripple_core.perturb.editing.placing import APART_SHARE, Placing, free_places
from ripple_core.roi import Roi
from ripple_core.section import Section

PLACE_UM = 1.0
"""Radius of a given place as a region."""
MEAN = -1
"""Stands for the row that an inserted cell takes after, where it has the mean of many."""


@dataclass(frozen=True, eq=False)
class Population:
    """The cells after edits of kind remove, insert and move.

    Parameters
    ----------
    present
        Which of the edited rows (cells,) are still there.
    xy_um
        Where each of them stands now (cells, 2).
    moved
        Which of them (cells,) stand elsewhere than they did.
    inserted_um, inserted
        Place (inserted, 2) and expression (inserted, genes), log-normalised, of cells that the section does not have.
    taken_from
        The row of the section that each inserted cell takes after (inserted,); :data:`MEAN` for a mean.
    """

    present: np.ndarray
    xy_um: np.ndarray
    moved: np.ndarray
    inserted_um: np.ndarray
    inserted: np.ndarray
    taken_from: np.ndarray

    @classmethod
    def as_observed(cls, xy_um: np.ndarray, genes: int) -> Population:
        """All cells (cells, 2) where they are, and no others."""
        cells = len(xy_um)
        nothing = np.zeros((0, 2)), np.zeros((0, genes), np.float32), np.zeros(0, np.int64)
        return cls(np.ones(cells, bool), xy_um, np.zeros(cells, bool), *nothing)

    @property
    def stays(self) -> np.ndarray:
        """Which cells (cells,) are there, and where they were."""
        return self.present & ~self.moved

    @property
    def comes(self) -> np.ndarray:
        """Which cells (cells,) are there, but elsewhere than they were."""
        return self.present & self.moved

    def counts(self) -> dict[str, int]:
        """How many cells were removed, moved and inserted."""
        numbers = {"removed": (~self.present).sum(), "moved": self.comes.sum(), "inserted": len(self.inserted)}
        return {name: int(number) for name, number in numbers.items()}


@dataclass(frozen=True, eq=False)
class Census:
    """Edits of presence, carried out in order on some rows of a section (``scope``) in a region."""

    scope: Scope
    roi: Roi
    profiles: Profiles
    is_row: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        is_row = np.zeros(len(self.scope.section), dtype=bool)
        is_row[self.scope.rows] = True
        object.__setattr__(self, "is_row", is_row)

    def after(self, edit: Edit, before: Population) -> Population:
        """The cells after one more edit; DataError where it means no cell or has no room."""
        if edit.kind == "insert":
            return self._with_more(edit, before)
        drawn = self._drawn(edit, before)
        if edit.kind == "remove":
            present = before.present.copy()
            present[drawn] = False
            return replace(before, present=present)
        return self._moved(edit, before, drawn)

    def _drawn(self, edit: Edit, before: Population) -> np.ndarray:
        """Places among the rows of the cells (drawn,) that an edit removes or moves: a share of those that it means."""
        meant = np.flatnonzero(self.scope.chosen(edit.where) & before.present)
        order = np.random.default_rng([SEED, edit.to.seed if edit.to else 0]).permutation(meant)
        drawn: np.ndarray = order[: round(min(edit.strength, 1.0) * len(meant))]
        return drawn

    def _moved(self, edit: Edit, before: Population, drawn: np.ndarray) -> Population:
        to, xy_um, moved = edit.to or Placing(), before.xy_um.copy(), before.moved.copy()
        if to.by_um is not None:
            xy_um[drawn] += to.by_um
            self._check_on_section(xy_um[drawn])
        elif to.target is not None:
            leaving = before.present.copy()
            leaving[drawn] = False
            xy_um[drawn] = self._free(to, to.target, len(drawn), replace(before, present=leaving))
        moved[drawn] = True
        return replace(before, xy_um=xy_um, moved=moved)

    def _with_more(self, edit: Edit, before: Population) -> Population:
        to, source = edit.to or Placing(), edit.source or Cells()
        roi = to.target or self.roi
        count = to.wanted(roi, edit.strength)
        if to.at_um is not None:
            places = np.array(to.at_um, dtype=np.float64)[:count].reshape(-1, 2)
            self._check_on_section(places)
        else:
            places = self._free(to, roi, count, before)
        models = self.scope.models(source)
        if to.profile == "mean":
            rows = np.full(count, MEAN)
            more = np.repeat(self.profiles(models).mean(axis=0, keepdims=True), count, axis=0)
        else:
            rows = np.resize(np.random.default_rng([SEED, to.seed]).permutation(models), count)
            more = self.profiles(rows)
        return replace(
            before,
            inserted_um=np.concatenate([before.inserted_um, places]),
            inserted=np.concatenate([before.inserted, more.astype(np.float32)]),
            taken_from=np.concatenate([before.taken_from, rows]),
        )

    def _free(self, to: Placing, roi: Roi, count: int, before: Population) -> np.ndarray:
        """Places (count, 2) in a region that keep their distance from all cells there are."""
        section = self.scope.section
        apart_um = APART_SHARE * section.nearest_um if to.apart_um is None else to.apart_um
        others = section.xy_um[~self.is_row]
        taken = np.concatenate([others, before.xy_um[before.present], before.inserted_um])
        return free_places(roi, taken, count, apart_um=apart_um, seed=to.seed)

    def _check_on_section(self, places_um: np.ndarray) -> None:
        """Refuse places (cells, 2) of which none lies within the section's bounds."""
        low, high = self.scope.section.xy_um.min(axis=0), self.scope.section.xy_um.max(axis=0)
        if len(places_um) and not ((places_um >= low) & (places_um <= high)).all(axis=1).any():
            found = (
                f"all of them beside it (it spans x {low[0]:.0f} to {high[0]:.0f}, y {low[1]:.0f} to {high[1]:.0f} µm)"
            )
            raise DataError(sentence("places on the section", found, "Choose places or a distance within it"))


def population_after(edits: Sequence[Edit], scope: Scope, profiles: Profiles | None = None) -> Population:
    """Which cells there are after edits, in order, of a scope that knows its region; without ``profiles`` nothing of expression."""
    if scope.roi is None:
        raise DataError(sentence("a section and its region, to look up cells and places in", "none", "Pass a scope"))
    read = profiles or (lambda rows: np.zeros((len(rows), 0), dtype=np.float32))
    census = Census(scope, scope.roi, read)
    population = Population.as_observed(scope.section.xy_um[scope.rows], read(np.zeros(0, dtype=np.int64)).shape[1])
    for edit in edits:
        if edit.kind in OF_PRESENCE:
            population = census.after(edit, population)
    return population


def changes_presence(edits: Sequence[Edit]) -> bool:
    """Whether any of the edits removes, inserts or moves cells."""
    return any(edit.kind in OF_PRESENCE for edit in edits)


def touched(edits: Sequence[Edit], section: Section, rows: np.ndarray, own: np.ndarray | None) -> np.ndarray:
    """Rows of the section whose cells the edits change, remove or move, whatever their dose; of those at ``rows``.

    The other cells of the region are neighbours of these, and answer as all around do. ``own`` as in :class:`Scope`.
    """
    scope, found = Scope(section, rows, own), np.zeros(len(rows), dtype=bool)
    for edit in edits:
        if edit.kind != "insert":
            found |= scope.chosen(edit.where)
    return rows[found]


def landing(edits: Sequence[Edit], roi: Roi) -> list[Roi]:
    """Where cells arrive other than in the region itself, whatever the dose."""
    found = []
    for edit in edits:
        if edit.to is None:
            continue
        if edit.to.target is not None:
            found.append(edit.to.target)
        elif edit.to.by_um is not None:
            start = regions_of([edit.where]) or [roi]
            found.append(Roi(affinity.translate(start[0].geometry, *edit.to.by_um), "where cells move to"))
        elif edit.to.at_um is not None:
            found.append(Roi(shapely.MultiPoint(edit.to.at_um).buffer(PLACE_UM), "where cells are inserted"))
    return found
