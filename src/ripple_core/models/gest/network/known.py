"""The known cells of a window as later cells read them directly: places, expression, and what is computed from it once."""

from __future__ import annotations

from dataclasses import dataclass

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
            own[: len(new), start : start + new.shape[1]] = new

    def first(self, rows: int, cells: int) -> KnownCells:
        """The first so many cells of the first so many rows, without copying."""
        return KnownCells(*(part[:rows, :cells] for part in self._parts()))

    def _parts(self) -> tuple[Tensor, ...]:
        return self.place, self.scaled, self.traits


@dataclass(frozen=True)
class View:
    """Known cells as queries see them: what each query takes of each cell follows from places alone.

    Parameters
    ----------
    cells
        The known cells.
    means
        Weights (batch or 1, lengths, queries, cells) of the neighbourhood means.
    crowd
        How many cells each mean is of, counted by their weights, as log1p (batch or 1, lengths, queries).
    copied
        Weights (batch or 1, queries, cells) of what is copied, the mean of the best linear guesses; None where nothing is to be expected.
    summed
        What other cells, which are not among ``cells``, add to the sums; None: nothing.
    """

    cells: KnownCells
    means: Tensor
    crowd: Tensor
    copied: Tensor | None
    summed: Summed | None = None


@dataclass(frozen=True)
class Summed:
    """Sums over known cells, weighted as queries see them, made at once for many queries.

    Parameters
    ----------
    traits
        Neighbourhood means (batch, lengths, queries, traits), as far as these cells make them.
    copied
        What is copied of these cells (batch, queries, genes), scaled; None where nothing is to be expected.
    """

    traits: Tensor
    copied: Tensor | None

    def __add__(self, other: Summed) -> Summed:
        copied = None if self.copied is None or other.copied is None else self.copied + other.copied
        return Summed(self.traits + other.traits, copied)

    def at(self, rows: int, queries: slice) -> Summed:
        """Those of some queries and of the first rows, without copying."""
        copied = None if self.copied is None else self.copied[:rows, queries]
        return Summed(self.traits[:rows, :, queries], copied)
