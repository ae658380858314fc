"""Counts that stay on disk: plain arrays in a folder of their own, mapped, so that only what is looked at is in memory."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from scipy import sparse

from ripple_core.errors import DataError, sentence

PLACE = "RIPPLE_SCRATCH"
"""Environment variable that names the folder for such arrays."""
BYTES_A_COUNT = 13
MOST_OF_FREE = 0.5
VALUES_AT_ONCE = 1 << 20
LARGEST_INT32 = np.iinfo(np.int32).max


def is_better(values: int) -> bool:
    """Whether so many counts would take more than half of the memory that is free now, so that they had better stay on disk."""
    return not fits(values * BYTES_A_COUNT)


def fits(size: int) -> bool:
    """Whether so many bytes are at most half of the memory that is free now."""
    return size <= MOST_OF_FREE * psutil.virtual_memory().available


def zeros(shape: tuple[int, int]) -> np.ndarray:
    """Zeros (cells, dim), float32, in memory; on disk where they would take more than half of what is free there."""
    size = 4 * shape[0] * shape[1]
    if fits(size):
        return np.zeros(shape, dtype=np.float32)
    folder = Folder(size, "what is computed of the cells")
    made = folder.new("values", np.float32, shape[0] * shape[1]).reshape(shape)
    made.ripple_folder = folder  # type: ignore[attr-defined]  # it is kept as long as the array
    return made


def is_mapped(counts: Any) -> bool:
    """Whether a matrix of counts stays on disk."""
    return isinstance(counts.data, np.memmap)


class Folder:
    """A folder for arrays, deleted with the last who uses it, or when the program ends.

    DataError where there is no room for so many bytes of ``what``.
    """

    def __init__(self, needed: int, what: str = "the counts") -> None:
        parent = _parent()
        free = shutil.disk_usage(parent).free
        if needed > free:
            expected, found = f"{needed / 1e9:.1f} GB of room for {what} in {parent}", f"{free / 1e9:.1f} GB"
            raise DataError(sentence(expected, found, f"Make room, or name another folder in {PLACE}"))
        self.path = Path(tempfile.mkdtemp(prefix="ripple-counts-", dir=parent))
        self._end = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def new(self, name: str, kind: Any, size: int) -> np.memmap:
        """A new array (size,) of this folder."""
        return np.memmap(self.path / name, dtype=kind, mode="w+", shape=(max(size, 1),))[:size]  # type: ignore[return-value]


class Rows:
    """A matrix that is written block by block, and then mapped.

    Parameters
    ----------
    folder
        Where; it is kept as long as the matrix.
    columns, values
        How many genes there are, and at most how many counts that are not zero.
    """

    def __init__(self, folder: Folder, columns: int, values: int) -> None:
        self.folder, self.columns = folder, columns
        self.index = np.int32 if max(values, columns) <= LARGEST_INT32 else np.int64
        self.starts = [np.zeros(1, dtype=np.int64)]
        self._files = [open(folder.path / name, "wb") for name in ("data", "indices")]  # noqa: SIM115  # closed by finish

    def add(self, block: sparse.csr_matrix) -> None:
        """Add the next cells (cells, genes)."""
        if not block.has_canonical_format:
            block = block.copy()
            block.sum_duplicates()
        self.starts.append(self.starts[-1][-1] + block.indptr[1:].astype(np.int64))
        for file, values, kind in zip(self._files, (block.data, block.indices), (np.float32, self.index)):
            file.write(np.ascontiguousarray(values, dtype=kind).data)

    def finish(self) -> sparse.csr_matrix:
        """The matrix, CSR, float32, every entry once."""
        for file in self._files:
            file.close()
        starts = np.concatenate(self.starts)
        made = sparse.csr_matrix((len(starts) - 1, self.columns), dtype=np.float32)
        made.indptr = starts.astype(self.index)
        made.data, made.indices = (
            self._mapped(name, kind, int(starts[-1])) for name, kind in (("data", np.float32), ("indices", self.index))
        )
        made.has_canonical_format = True
        made.ripple_folder = self.folder
        return made

    def _mapped(self, name: str, kind: Any, size: int) -> np.ndarray:
        return np.memmap(self.folder.path / name, dtype=kind, mode="r", shape=(size,)) if size else np.empty(0, kind)


def blocks(starts: np.ndarray) -> Iterator[slice]:
    """Consecutive rows with about a million values each, of a matrix whose rows start at ``starts`` (rows + 1,)."""
    row, rows = 0, len(starts) - 1
    while row < rows:
        end = int(np.searchsorted(starts, starts[row] + VALUES_AT_ONCE, side="right")) - 1
        end = min(max(end, row + 1), rows)
        yield slice(row, end)
        row = end


def some(counts: sparse.csr_matrix, rows: np.ndarray) -> sparse.csr_matrix:
    """Rows (cells,) of a mapped matrix as another one, which is never whole in memory."""
    lengths = np.diff(counts.indptr)[rows]
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    part = Rows(Folder(BYTES_A_COUNT * int(starts[-1])), counts.shape[1], int(starts[-1]))
    for piece in blocks(starts):
        part.add(counts[rows[piece]])
    return part.finish()


def by_gene(counts: sparse.csr_matrix) -> Iterator[tuple[int, sparse.csc_matrix | None]]:
    """The mirror of :func:`ripple_core.counts.by_gene` on disk, built block by block: values done so far, and at the end the mirror."""
    cells, genes = counts.shape
    highest, sizes = 0.0, np.zeros(genes, dtype=np.int64)
    for rows in blocks(counts.indptr):
        a, b = counts.indptr[rows.start], counts.indptr[rows.stop]
        sizes += np.bincount(counts.indices[a:b], minlength=genes)
        highest = max(highest, float(counts.data[a:b].max(initial=0.0)))
        yield 0, None
    made = sparse.csc_matrix((cells, genes), dtype=counts.dtype)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    folder = counts.ripple_folder
    data = folder.new("mirror-data", np.min_scalar_type(int(highest)), int(starts[-1]))
    indices = folder.new("mirror-indices", counts.indices.dtype, int(starts[-1]))
    next_free = starts[:-1].copy()
    for rows in blocks(counts.indptr):
        turned = counts[rows].tocsc()
        here = np.diff(turned.indptr).astype(np.int64)
        place = np.repeat(next_free - turned.indptr[:-1], here) + np.arange(turned.nnz)
        data[place], indices[place] = turned.data, turned.indices + rows.start
        next_free += here
        yield int(counts.indptr[rows.stop]), None
    made.data, made.indices, made.indptr = data, indices, starts.astype(counts.indptr.dtype)
    made.has_sorted_indices = True
    made.ripple_folder = folder
    yield int(starts[-1]), made


def _parent() -> Path:
    """The folder that was named; else the one for large files, since the usual one may lie in memory."""
    named = os.environ.get(PLACE)
    if named:
        return Path(named)
    large = Path("/var/tmp")  # a folder with a name of its own is made in it
    return large if large.is_dir() and os.access(large, os.W_OK) else Path(tempfile.gettempdir())
