"""A matrix of counts (cells, genes): what space its values are in, sums over some cells, and a mirror to read genes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

VALUES_AT_ONCE = 1 << 18
CELLS_AT_ONCE = 1 << 15
WHOLE_WITHIN = 1e-6
FEW = 0.04
"""Less than this share of a block's cells are taken out of it before they are added, which is faster there."""


@dataclass(frozen=True)
class Extent:
    """What is known of many values: lowest, highest, whether all are finite, and the share that are whole numbers."""

    lowest: float = 0.0
    highest: float = 0.0
    is_finite: bool = True
    whole: float = 1.0

    @property
    def space(self) -> str:
        """A guess at what the values are: ``counts``, ``log-normalised``, ``z-scored`` or ``normalised``."""
        if not self.is_finite:
            return "NaN or infinite"
        if self.whole == 1.0:
            return "counts" if self.lowest >= 0 else "whole numbers, some negative"
        if self.lowest < 0:
            return "z-scored"
        return "log-normalised" if self.highest < 20 else "normalised"


def extent(values: np.ndarray) -> Extent:
    """The extent of values of any shape, read once, in pieces that fit a processor's cache."""
    flat = np.asarray(values).ravel()
    if not len(flat):
        return Extent()
    lowest, highest, whole = np.inf, -np.inf, 0
    for start in range(0, len(flat), VALUES_AT_ONCE):
        piece = flat[start : start + VALUES_AT_ONCE]
        low, high = float(piece.min()), float(piece.max())
        if not np.isfinite([low, high]).all():
            return Extent(is_finite=False, whole=0.0)
        lowest, highest = min(lowest, low), max(highest, high)
        whole += _how_many_whole(piece)
    return Extent(lowest, highest, True, whole / len(flat))


def extent_of(matrix: sparse.spmatrix | np.ndarray) -> Extent:
    """The extent of a matrix; of a sparse one, of what it stores."""
    return extent(np.asarray(matrix.data if sparse.issparse(matrix) else matrix))


def as_counts(matrix: sparse.spmatrix | np.ndarray) -> sparse.csr_matrix:
    """The matrix as CSR, float32, every entry once; what is so already is shared, never copied and never changed."""
    counts = sparse.csr_matrix(matrix)
    if counts.dtype != np.float32:
        counts = counts.astype(np.float32)
    if not counts.has_canonical_format:
        counts = counts.copy()
        counts.sum_duplicates()
    return counts


def blocks(counts: sparse.csr_matrix, cells_at_once: int) -> Iterator[tuple[slice, sparse.csr_matrix]]:
    """Blocks of consecutive cells and where they are; each is a view, so that nothing is copied."""
    for start in range(0, counts.shape[0], cells_at_once):
        rows = slice(start, min(start + cells_at_once, counts.shape[0]))
        a, b = counts.indptr[rows.start], counts.indptr[rows.stop]
        pointers = counts.indptr[rows.start : rows.stop + 1] - a
        yield rows, _from_parts(counts, rows.stop - rows.start, (counts.data[a:b], counts.indices[a:b], pointers))


def sums(counts: sparse.csr_matrix, cells: np.ndarray | None = None) -> np.ndarray:
    """Counts per gene (genes,), float64, over all cells or over those of a mask (cells,); nothing is copied.

    Blocks of cells are added in single precision, the blocks in double: right to a part in ten million.
    """
    total = np.zeros(counts.shape[1], dtype=np.float64)
    wanted = np.ones(counts.shape[0], np.float32) if cells is None else np.asarray(cells).astype(np.float32)
    for rows, block in blocks(counts, CELLS_AT_ONCE):
        some = wanted[rows]
        chosen = np.count_nonzero(some)
        if chosen >= FEW * len(some):
            total += some @ block
        elif chosen:
            total += np.ones(chosen, np.float32) @ block[np.flatnonzero(some)]
    return total


def weighted_sums(counts: sparse.csr_matrix, weights: np.ndarray) -> np.ndarray:
    """Counts per gene (genes,) over all cells, each times its weight (cells,), in double precision, block by block."""
    total = np.zeros(counts.shape[1], dtype=np.float64)
    for rows, block in blocks(counts, CELLS_AT_ONCE):
        total += np.asarray(weights[rows], dtype=np.float64) @ block
    return total


def sums_of_squares(counts: sparse.csr_matrix) -> np.ndarray:
    """Squared counts per gene (genes,), float64, over all cells, block by block."""
    total = np.zeros(counts.shape[1], dtype=np.float64)
    for _, block in blocks(counts, CELLS_AT_ONCE):
        squares = _from_parts(block, block.shape[0], (block.data**2, block.indices, block.indptr))
        total += np.ones(block.shape[0], np.float32) @ squares
    return total


def by_gene(counts: sparse.csr_matrix) -> sparse.csc_matrix:
    """The same counts by columns, in the smallest whole numbers that hold them: at most half the room of the rows.

    One gene of a million cells is read in a thousandth of a second from it, in a tenth of a second from the rows.
    """
    found = extent(counts.data)
    kind: np.dtype = counts.dtype
    if found.space == "counts" and found.highest < 2**32:
        kind = np.min_scalar_type(int(found.highest))
    pieces = (counts.data.astype(kind, copy=False), counts.indices, counts.indptr)
    mirror = sparse.csr_matrix(pieces, shape=counts.shape, copy=False).tocsc()
    mirror.has_sorted_indices = True
    return mirror


def column(mirror: sparse.csc_matrix, gene: int) -> np.ndarray:
    """One gene (cells,) of a mirror, float32."""
    values = np.zeros(mirror.shape[0], dtype=np.float32)
    a, b = mirror.indptr[gene], mirror.indptr[gene + 1]
    values[mirror.indices[a:b]] = mirror.data[a:b]
    return values


def _from_parts(like: sparse.csr_matrix, cells: int, parts: tuple[np.ndarray, ...]) -> sparse.csr_matrix:
    """A matrix of data, indices and pointers as they are: scipy's constructor would copy parts of larger arrays."""
    made = sparse.csr_matrix((cells, like.shape[1]), dtype=parts[0].dtype)
    made.data, made.indices, made.indptr = parts
    return made


def _how_many_whole(values: np.ndarray) -> int:
    if values.dtype.kind in "uib":
        return len(values)
    nearest = np.rint(values)
    found = int(np.count_nonzero(nearest == values))
    return found if found == len(values) else int(np.count_nonzero(np.abs(values - nearest) < WHOLE_WITHIN))
