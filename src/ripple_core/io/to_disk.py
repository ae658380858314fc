"""The counts of a file that are too many for the memory: copied piece by piece into arrays that stay on disk."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
from scipy import sparse

from ripple_core import counts as matrix
from ripple_core import mapped
from ripple_core.checks import check_extent
from ripple_core.io import turned
from ripple_core.progress import Progress


def size_of(stored: Any) -> int:
    """At most how many counts that are not zero a stored matrix has."""
    return int(stored["data"].shape[0]) if hasattr(stored, "keys") else int(np.prod(stored.shape))


def pieces(stored: Any) -> Generator[Progress, None, sparse.csr_matrix]:
    """A stored matrix, by cells (CSR), by genes (CSC) or dense, as one that stays on disk; DataError for no counts."""
    size = size_of(stored)
    shape = stored.attrs["shape"] if hasattr(stored, "keys") else stored.shape
    is_by_gene = hasattr(stored, "keys") and stored.attrs.get("encoding-type") == "csc_matrix"
    folder = mapped.Folder(size * (mapped.BYTES_A_COUNT + is_by_gene * turned.BYTES_A_COUNT))
    blocks = (yield from turned.blocks(stored, folder)) if is_by_gene else _blocks(stored)
    made = mapped.Rows(folder, int(shape[1]), size)
    cells = int(shape[0])
    for rows, block in blocks:
        check_extent(matrix.extent(block.data))
        made.add(block)
        yield Progress(rows.stop, cells, f"Copying the counts to disk: {rows.stop:,} of {cells:,} cells")
    return made.finish()


def mirror(counts: sparse.csr_matrix) -> Generator[Progress, None, sparse.csc_matrix]:
    """The same counts by genes, on disk too."""
    words, made = f"Arranging the counts of {counts.shape[0]:,} cells by gene, on disk", None
    for done, found in mapped.by_gene(counts):
        made = found
        yield Progress(done, counts.nnz, words)
    return made


def _blocks(stored: Any) -> Iterator[tuple[slice, sparse.csr_matrix]]:
    """Blocks of consecutive cells of a matrix that is stored by cells or densely, and where they are."""
    if not hasattr(stored, "keys"):
        step = max(1, mapped.VALUES_AT_ONCE // max(1, int(stored.shape[1])))
        for start in range(0, int(stored.shape[0]), step):
            rows = slice(start, min(start + step, int(stored.shape[0])))
            yield rows, sparse.csr_matrix(np.asarray(stored[rows]))
        return
    columns, starts = int(stored.attrs["shape"][1]), np.asarray(stored["indptr"][:])
    for rows in mapped.blocks(starts):
        a, b = int(starts[rows.start]), int(starts[rows.stop])
        parts = stored["data"][a:b], stored["indices"][a:b], starts[rows.start : rows.stop + 1] - a
        yield rows, sparse.csr_matrix(parts, shape=(rows.stop - rows.start, columns))
