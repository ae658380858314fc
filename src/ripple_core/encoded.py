"""A section's expression in a model's space, encoded cell by cell as it is asked for: a million cells need not be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from ripple_core import counts as matrix
from ripple_core import mapped
from ripple_core.expression import MIN_MATCHED_SHARE, ExpressionSpace
from ripple_core.section import Section

GROWTH = 1.5
CELLS_AT_ONCE = 4096


@dataclass(frozen=True, eq=False)
class Everywhere:
    """How strongly genes are expressed over all cells of a section, read gene by gene from the counts.

    Parameters
    ----------
    section
        Whose cells.
    factors
        With which log1p(count · factor) is a cell's expression (cells,).
    column
        The section's column of each gene that may be asked for (genes,); -1 where it has none.
    mean
        Log-normalised expression (genes,) that stands for a gene that the section lacks; None where there is no such gene.
    """

    section: Section
    factors: np.ndarray
    column: np.ndarray
    mean: np.ndarray | None = None

    def sums(self) -> np.ndarray:
        """Sum over all cells of every gene of the section (genes,), before the logarithm; the section remembers it."""
        kept = self.section.memory.get("sums")
        if kept is None or kept[0] is not self.factors:
            sums = matrix.weighted_sums(self.section.counts, self.factors)
            kept = self.section.memory["sums"] = (self.factors, sums)
        found: np.ndarray = kept[1]
        return found

    def linear_mean(self, gene: int) -> float:
        """Mean over all cells before the logarithm."""
        if self.column[gene] < 0:
            return float(np.expm1(self._stand_in(gene)))
        return self._once(
            (int(self.column[gene]), None), lambda: float(self._scaled(gene).sum() / max(len(self.section), 1))
        )

    def percentile(self, gene: int, percentile: float) -> float:
        """A percentile (0 to 100) among the cells that express the gene, log-normalised; 0 where none does."""
        if self.column[gene] < 0:
            return self._stand_in(gene)
        return self._once((int(self.column[gene]), percentile), lambda: self._percentile(gene, percentile))

    def _percentile(self, gene: int, percentile: float) -> float:
        logged = np.log1p(self._scaled(gene).astype(np.float32))
        expressing = logged[logged > 0]
        return float(np.percentile(expressing, percentile)) if len(expressing) else 0.0

    def _once(self, what: tuple[int, float | None], read: Callable[[], float]) -> float:
        """A number that the section remembers as long as its cells are scaled by these factors."""
        kept = self.section.memory.get("everywhere")
        if kept is None or kept[0] is not self.factors:
            kept = self.section.memory["everywhere"] = (self.factors, {})
        numbers: dict[tuple[int, float | None], float] = kept[1]
        if what not in numbers:
            numbers[what] = read()
        return numbers[what]

    def _scaled(self, gene: int) -> np.ndarray:
        """Counts times factor of the cells that express a gene (cells,)."""
        mirror, column = self.section.by_gene, self.column[gene]
        a, b = mirror.indptr[column], mirror.indptr[column + 1]
        return mirror.data[a:b].astype(np.float64) * self.factors[mirror.indices[a:b]]

    def _stand_in(self, gene: int) -> float:
        return 0.0 if self.mean is None else float(self.mean[gene])


class Rows(Protocol):
    """Values (cells, dim) of which rows are asked for by number: an array, or what makes them when it is asked."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Cells and dim."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any, /) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class Changed:
    """Rows that are changed when they are asked for.

    Parameters
    ----------
    rows
        Which (cells, dim).
    change
        Makes (some cells, dim) into (some cells, width), each cell by itself.
    width
        How many columns come of it.
    """

    rows: Rows
    change: Callable[[np.ndarray], np.ndarray]
    width: int

    @property
    def shape(self) -> tuple[int, int]:
        """Cells and width."""
        return len(self.rows), self.width

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, rows: Any) -> np.ndarray:
        return self.change(self.rows[rows])


class EncodedAnew:
    """Log-normalised expression (cells, model genes), float32, of the cells asked for, encoded each time they are asked for.

    ``encoded[rows]`` is what :meth:`ExpressionSpace.encode` gives of these rows; nothing is kept, so that memory follows how many
    are asked for at once.

    Parameters
    ----------
    space, section
        Whose space, and whose cells; raises CheckpointError when less than ``min_share`` of the genes are shared.
    """

    def __init__(self, space: ExpressionSpace, section: Section, min_share: float = MIN_MATCHED_SHARE) -> None:
        self.space, self.section = space, section
        self.match = space.fitting_match(section.genes, min_share)
        self.shape = (len(section), len(space.genes))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: ArrayLike | slice) -> np.ndarray:
        """Expression (rows, genes) of rows given by number, or by a slice."""
        wanted = rows if isinstance(rows, slice) else np.asarray(rows, dtype=np.int64)
        return self.space.encode_counts(self.section.counts[wanted], self.match)


def at_hand(space: ExpressionSpace, section: Section) -> Rows:
    """The expression of all cells: encoded once, or, where that would take more than half of the free memory, whenever it is asked for."""
    anew = EncodedAnew(space, section)
    return space.encode(section)[0] if mapped.fits(4 * anew.shape[0] * anew.shape[1]) else anew


class Encoded(EncodedAnew):
    """The same; cells that have been asked for are kept, so time and memory follow the cells that are looked at.

    What is said of all cells (:attr:`everywhere`) is read from the counts.
    """

    def __init__(self, space: ExpressionSpace, section: Section, min_share: float = MIN_MATCHED_SHARE) -> None:
        super().__init__(space, section, min_share)
        self._slot = np.zeros(
            len(section), dtype=np.int64
        )  # place + 1; pages of zeros cost nothing until they are used
        self._used = 0
        self._kept = np.empty((0, len(space.genes)), dtype=np.float32)

    def __getitem__(self, rows: ArrayLike | slice) -> np.ndarray:
        """Expression (rows, genes) of rows given by number, or by a slice."""
        rows = np.arange(len(self))[rows] if isinstance(rows, slice) else rows
        wanted = np.asarray(rows, dtype=np.int64)
        new = np.unique(wanted[self._slot[wanted] == 0])
        if len(new):
            self._make_room(len(new))
            for start in range(0, len(new), CELLS_AT_ONCE):
                self._encode(new[start : start + CELLS_AT_ONCE])
        found: np.ndarray = self._kept[self._slot[wanted] - 1]
        return found

    def linear_means(self) -> np.ndarray:
        """Mean over all cells of every model gene (genes,) before the logarithm, read in one go."""
        present = self.match.column >= 0
        means = np.expm1(self.space.mean.astype(np.float64))
        means[present] = self.everywhere.sums()[self.match.column[present]] / max(len(self), 1)
        return means

    @cached_property
    def everywhere(self) -> Everywhere:
        """What can be said of the model's genes over all cells."""
        return Everywhere(
            self.section, self.space.factors(self.section, self.match), self.match.column, self.space.mean
        )

    def _make_room(self, cells: int) -> None:
        needed = self._used + cells
        if needed > len(self._kept):
            room = np.empty((min(max(needed, int(GROWTH * len(self._kept))), len(self)), self.shape[1]), np.float32)
            room[: self._used] = self._kept[: self._used]
            self._kept = room

    def _encode(self, rows: np.ndarray) -> None:
        place = slice(self._used, self._used + len(rows))
        self._kept[place] = super().__getitem__(rows)
        self._slot[rows] = np.arange(place.start, place.stop) + 1
        self._used = place.stop
