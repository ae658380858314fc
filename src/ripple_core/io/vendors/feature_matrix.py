"""10x Genomics' matrix of counts in HDF5 (``…_matrix.h5``): cells by genes, control probes left out; counts when wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anndata as ad
import h5py
import numpy as np
import pandas as pd
from scipy import sparse

from ripple_core.errors import DataError, sentence
from ripple_core.io import gene_names
from ripple_core.io.vendors import layout, tables

GENES = "Gene Expression"
PARTS, FEATURES = ("data", "indices", "indptr"), ("id", "name", "feature_type")
ROW, COLUMN = "matrix_row", "matrix_column"
KEYS = ("barcodes", *PARTS, "shape", *(f"features/{name}" for name in FEATURES))


def frame(path: Path) -> ad.AnnData:
    """All but the counts: cells and genes, named by symbol; ``var['gene_id']`` keeps the ids. DataError for anything else.

    A note says how many features are no genes and were left out.
    """
    with opened(path) as matrix:
        cells, features = matrix.cells(), matrix.features()
    is_gene = (features["feature_type"] == GENES).to_numpy()
    if not is_gene.any():
        kinds = ", ".join(features["feature_type"].unique()[:4]) or "no features"
        raise DataError(sentence(f"features of the kind {GENES}", kinds, "Choose a folder of gene expression"))
    kept = features[is_gene]
    var = pd.DataFrame({"gene_id": kept["id"].to_numpy(), COLUMN: np.flatnonzero(is_gene)})
    var.index = gene_names.unique_symbols(kept["name"], pd.Index(kept["id"]))
    obs = pd.DataFrame({ROW: np.arange(len(cells))}, index=cells)
    adata = ad.AnnData(obs=obs, var=var)
    if not is_gene.all():
        others = features["feature_type"][~is_gene].value_counts()
        words = ", ".join(f"{str(kind).casefold()} {number:,}" for kind, number in others.items())
        tables.note(adata, f"Left out, being no genes: {words}.")
    return adata


@contextmanager
def opened(path: Path) -> Iterator[FeatureMatrix]:
    """The matrix, unread; DataError for a file that is damaged or of another kind."""
    try:
        with h5py.File(path, "r") as file:
            yield FeatureMatrix(_matrix(file, path))
    except (OSError, ValueError, KeyError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(sentence("a matrix of 10x Genomics", f"{path.name}, {_wrong(error)}", layout.WAY_OUT)) from None


class FeatureMatrix:
    """The parts of a matrix on disk, as those of a CSR of cells × features in an .h5ad.

    The file keeps features × cells by columns, which is cells × features by rows.
    """

    def __init__(self, group: Any) -> None:
        self._group = group
        features, cells = (int(number) for number in group["shape"][:])
        self.attrs = {"encoding-type": "csr_matrix", "shape": (cells, features)}

    def __getitem__(self, part: str) -> Any:
        return self._group[part]

    def keys(self) -> tuple[str, ...]:
        """What is asked of a stored sparse matrix."""
        return PARTS

    def cells(self) -> pd.Index:
        """Barcodes (cells,)."""
        return pd.Index(self._group["barcodes"].asstr()[:].astype(object), dtype=object)

    def features(self) -> pd.DataFrame:
        """id, name and feature_type of each feature."""
        return pd.DataFrame({name: self._group[f"features/{name}"].asstr()[:] for name in FEATURES})

    def counts(self) -> sparse.csr_matrix:
        """All counts (cells, features), float32."""
        pieces = (self["data"][:].astype(np.float32), self["indices"][:], self["indptr"][:])
        counts = sparse.csr_matrix(pieces, shape=self.attrs["shape"])
        counts.sort_indices()
        return counts


@dataclass(frozen=True, eq=False)
class Pick:
    """Which rows (cells,) and columns (genes,) of a matrix an AnnData made by :func:`frame` still has."""

    rows: np.ndarray
    columns: np.ndarray

    @classmethod
    def out_of(cls, adata: ad.AnnData) -> Pick:
        """Take the numbers out of its tables, where they are of no use to anybody else."""
        return cls(adata.obs.pop(ROW).to_numpy(), adata.var.pop(COLUMN).to_numpy())

    def __call__(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """Those of all counts (cells, features) that are of the AnnData, in its order."""
        if len(self.columns) < counts.shape[1]:
            counts = counts[:, self.columns]
        is_whole = len(self.rows) == counts.shape[0] and (self.rows == np.arange(len(self.rows))).all()
        return counts if is_whole else counts[self.rows]


def filled(adata: ad.AnnData, path: Path) -> ad.AnnData:
    """An AnnData made by :func:`frame` with its counts in X."""
    pick = Pick.out_of(adata)
    with opened(path) as matrix:
        adata.X = pick(matrix.counts())
    return adata


def _matrix(file: h5py.File, path: Path) -> Any:
    group = file.get("matrix")
    lacking = list(KEYS) if group is None else [key for key in KEYS if key not in group]
    if lacking:
        found = f"{path.name} without matrix/{lacking[0]}"
        raise DataError(sentence("a matrix of 10x Genomics, of Cell Ranger 3 or later", found, layout.WAY_OUT))
    return group


def _wrong(error: Exception) -> str:
    reason = (str(error).strip().splitlines() or ["no reason given"])[0]
    return f"which is damaged or of another kind ({reason})"
