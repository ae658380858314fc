"""Expression that comes in chunks, as often as asked: from arrays, from sections, or from files that stay on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from scipy import sparse

from ripple_core.encoded import Rows
from ripple_core.expression import ExpressionSpace
from ripple_core.section import Section

CELLS_AT_ONCE = 4096


class Chunks(Protocol):
    """Log-normalised expression of many cells, seen a chunk at a time; each ``for`` starts again at the first cell."""

    @property
    def cells(self) -> int:
        """Cells in all."""
        ...

    @property
    def genes(self) -> int:
        """Genes of each chunk."""
        ...

    def __iter__(self) -> Iterator[np.ndarray]:
        """Chunks (cells of the chunk, genes), float32, always in the same order."""
        ...


class Counts(Protocol):
    """Raw counts of many cells, seen a block (cells, genes) at a time, such as ``ripple_core.io.backed.BackedCounts``."""

    genes: pd.Index

    def __len__(self) -> int:
        """Cells in all."""
        ...

    def __iter__(self) -> Iterator[sparse.csr_matrix]:
        """Blocks of raw counts (cells of the block, genes), always in the same order."""
        ...


@dataclass(frozen=True)
class ArrayChunks:
    """Expression (cells, genes) each, in memory or made when it is asked for, cut into chunks; nothing is put together or copied."""

    arrays: Sequence[Rows]

    @property
    def cells(self) -> int:
        """Cells in all."""
        return sum(len(array) for array in self.arrays)

    @property
    def genes(self) -> int:
        """Genes of each chunk."""
        return self.arrays[0].shape[1]

    def __iter__(self) -> Iterator[np.ndarray]:
        for array in self.arrays:
            for start in range(0, len(array), CELLS_AT_ONCE):
                yield np.asarray(array[start : start + CELLS_AT_ONCE], dtype=np.float32)


@dataclass(frozen=True)
class EncodedChunks:
    """Counts in memory or on disk, encoded chunk by chunk; the dense matrix of all cells never exists.

    >>> chunks = EncodedChunks(space, [section, BackedCounts("large.h5ad")])  # doctest: +SKIP
    """

    space: ExpressionSpace
    sources: Sequence[Section | Counts]

    @property
    def cells(self) -> int:
        """Cells in all."""
        return sum(len(source) for source in self.sources)

    @property
    def genes(self) -> int:
        """Genes of the space."""
        return len(self.space.genes)

    def __iter__(self) -> Iterator[np.ndarray]:
        for source in self.sources:
            match = self.space.fitting_match(source.genes)
            for counts in _blocks(source):
                yield self.space.encode_counts(counts, match)


@dataclass(frozen=True)
class CountsOf:
    """The raw counts of sections, a block (cells, genes) at a time; each ``for`` starts again."""

    sections: Sequence[Section]

    def __iter__(self) -> Iterator[sparse.csr_matrix]:
        for section in self.sections:
            yield from _blocks(section)


def _blocks(source: Section | Counts) -> Iterator[sparse.csr_matrix]:
    if not isinstance(source, Section):
        yield from source
        return
    for start in range(0, len(source), CELLS_AT_ONCE):
        yield source.counts[start : start + CELLS_AT_ONCE]


def rows_of(chunks: Iterable[np.ndarray], wanted: np.ndarray) -> np.ndarray:
    """The rows at ``wanted`` (rows,), in rising order, of chunks (cells, any) as one array (rows, any)."""
    taken, start = [], 0
    for chunk in chunks:
        first, last = np.searchsorted(wanted, (start, start + len(chunk)))
        taken.append(chunk[wanted[first:last] - start])
        start += len(chunk)
    return np.concatenate(taken)
