"""The known cells of a window as later cells read them directly: places, expression, and what is computed from it once."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class KnownCells:
    """Tensors with one row a cell, written in place as cells become known.

    Parameters
    ----------
    place
        (batch, cells, 2), relative to the window's centre in half sides.
    scaled
        Expression (batch, cells, genes), centred and divided by each gene's spread.
    traits
        What the neighbourhood means are taken of (batch, cells, traits).
    """

    place: Tensor
    scaled: Tensor
    traits: Tensor

    @classmethod
    def room(cls, like: KnownCells, cells: int) -> KnownCells:
        """Empty memory for so many cells, of the widths of ``like``."""
        return cls(*(part.new_empty((part.shape[0], cells, part.shape[2])) for part in like._parts()))

    def write(self, start: int, cells: KnownCells) -> None:
        """Put cells at ``start``."""
        for own, new in zip(self._parts(), cells._parts()):
            own[:, start : start + new.shape[1]] = new

    def first(self, cells: int) -> KnownCells:
        """The first so many cells, without copying."""
        return KnownCells(*(part[:, :cells] for part in self._parts()))

    def seen_from(self, where: Tensor, kriging: Tensor, visible: Tensor | None = None) -> View:
        """These cells as seen from places (batch, queries, 2); the other two as in :class:`View`."""
        distance = torch.cdist(where.float(), self.place.float(), compute_mode="donot_use_mm_for_euclid_dist")
        return View(self, distance, kriging, visible)

    def _parts(self) -> tuple[Tensor, ...]:
        return self.place, self.scaled, self.traits


@dataclass(frozen=True)
class View:
    """Known cells as queries see them.

    Parameters
    ----------
    cells
        The known cells.
    distance
        How far each is from each query (batch, queries, cells), in half sides.
    kriging
        What the best linear guesses at each query take from each cell (batch or 1, kinds, queries, cells).
    visible
        1 where a query may look, 0 elsewhere (queries, cells); None: everywhere.
    """

    cells: KnownCells
    distance: Tensor
    kriging: Tensor
    visible: Tensor | None
