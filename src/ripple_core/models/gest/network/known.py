"""The known cells of a window as later cells read them directly: places, expression, and what is computed from it once."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class KnownCells:
    """Tensors with one row a cell.

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
    copying
        Weights (batch or 1, queries, cells) of what is copied, the mean of the best linear guesses.
    """

    cells: KnownCells
    means: Tensor
    crowd: Tensor
    copying: Tensor

    def copied(self) -> Tensor:
        """What each query copies of the cells (batch, queries, genes), scaled."""
        return self.copying.to(self.cells.scaled.dtype) @ self.cells.scaled
