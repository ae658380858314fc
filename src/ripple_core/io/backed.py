"""Counts that stay on disk: the matrix of an .h5ad file or a .zarr store, read block by block, as often as asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from scipy import sparse

from ripple_core.checks import expression_space
from ripple_core.errors import DataError, sentence
from ripple_core.io import gene_names, store

CELLS_AT_ONCE = 4096


class BackedCounts:
    """Raw counts of a file that is too large for the memory, in blocks of cells (cells, genes), CSR, float32.

    Each ``for`` over it opens the file, reads from its first cell to its last, and closes it. The counts are stored densely or
    by cells (CSR); genes are named as :func:`ripple_core.io.read.read` names them.

    >>> counts = BackedCounts("section.h5ad", layer="counts")  # doctest: +SKIP
    >>> sum(block.sum() for block in counts)  # doctest: +SKIP

    Parameters
    ----------
    path
        An ``.h5ad`` file or a ``.zarr`` folder.
    layer
        The layer with the raw counts; None: X.
    cells_at_once
        Cells of a block.

    Raises
    ------
    DataError
        For what is no such file; while reading, for a block that holds anything but counts.
    """

    def __init__(self, path: str | Path, layer: str | None = None, cells_at_once: int = CELLS_AT_ONCE) -> None:
        self.path, self.layer, self.cells_at_once = Path(path), layer, cells_at_once
        with store.opened(self.path) as root:
            matrix = self._matrix(root)
            self.cells, genes = (int(n) for n in matrix.shape)
            var = pd.DataFrame(ad.io.read_elem(root["var"]))
        self.genes = pd.Index(
            gene_names.prefer_symbols(ad.AnnData(np.zeros((0, genes)), var=var)).var_names.astype(str)
        )

    def __len__(self) -> int:
        return self.cells

    def __iter__(self) -> Iterator[sparse.csr_matrix]:
        with store.opened(self.path) as root:
            matrix = self._matrix(root)
            for start in range(0, self.cells, self.cells_at_once):
                yield self._checked(matrix[start : start + self.cells_at_once], start)

    def _matrix(self, root: Any) -> Any:
        """What gives rows when it is sliced: anndata's view of a sparse group, or a dense array."""
        where = "X" if self.layer is None else f"layers/{self.layer}"
        if where not in root:
            layers = ", ".join(map(repr, root["layers"])) if "layers" in root else "none"
            raise DataError(sentence(f"counts in {where}", f"layers: {layers}", "Name the layer that holds the counts"))
        stored = root[where]
        if hasattr(stored, "shape"):
            return stored
        matrix = ad.io.sparse_dataset(stored)
        if matrix.format != "csr":
            way_out = "Write it again after adata.X = adata.X.tocsr()"
            raise DataError(sentence("counts stored by cells (CSR) or densely", f"{matrix.format.upper()}", way_out))
        return matrix

    def _checked(self, block: Any, start: int) -> sparse.csr_matrix:
        counts = sparse.csr_matrix(block)
        space = expression_space(ad.AnnData(counts))
        if space != "counts":
            where = f"{'X' if self.layer is None else f'layer {self.layer!r}'} of {self.path.name}"
            found = f"{space} values in cells {start} to {start + counts.shape[0] - 1}"
            raise DataError(sentence(f"raw counts in {where}", found, "Name the layer that holds the counts"))
        return counts.astype(np.float32)
