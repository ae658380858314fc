"""10x Genomics' matrix of counts in HDF5 (``…_matrix.h5``): cells by genes, control probes left out."""

from __future__ import annotations

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
KEYS = ("barcodes", "data", "indices", "indptr", "shape", "features/id", "features/name", "features/feature_type")


def read(path: Path) -> ad.AnnData:
    """Counts of the genes, named by symbol; ``var['gene_id']`` keeps the ids. DataError for anything else."""
    try:
        with h5py.File(path, "r") as file:
            group = _matrix(file, path)
            return of_genes(_cells(group), _features(group), _counts(group))
    except (OSError, ValueError, KeyError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(sentence("a matrix of 10x Genomics", f"{path.name}, {_wrong(error)}", layout.WAY_OUT)) from None


def of_genes(cells: pd.Index, features: pd.DataFrame, counts: sparse.csr_matrix) -> ad.AnnData:
    """AnnData of the features that are genes; a note says how many others were left out."""
    is_gene = (features["feature_type"] == GENES).to_numpy()
    if not is_gene.any():
        kinds = ", ".join(features["feature_type"].unique()[:4]) or "no features"
        raise DataError(sentence(f"features of the kind {GENES}", kinds, "Choose a folder of gene expression"))
    kept = features[is_gene]
    var = pd.DataFrame({"gene_id": kept["id"].to_numpy()})
    var.index = gene_names.unique_symbols(kept["name"], pd.Index(kept["id"]))
    adata = ad.AnnData(counts if is_gene.all() else counts[:, is_gene], obs=pd.DataFrame(index=cells), var=var)
    if not is_gene.all():
        others = features["feature_type"][~is_gene].value_counts()
        words = ", ".join(f"{number} {str(kind).casefold()}" for kind, number in others.items())
        tables.note(adata, f"Left out, being no genes: {words}.")
    return adata


def _matrix(file: h5py.File, path: Path) -> Any:
    group = file.get("matrix")
    lacking = list(KEYS) if group is None else [key for key in KEYS if key not in group]
    if lacking:
        found = f"{path.name} without matrix/{lacking[0]}"
        raise DataError(sentence("a matrix of 10x Genomics, of Cell Ranger 3 or later", found, layout.WAY_OUT))
    return group


def _cells(group: Any) -> pd.Index:
    return pd.Index(group["barcodes"].asstr()[:].astype(object), dtype=object)


def _features(group: Any) -> pd.DataFrame:
    """id, name and feature_type of each row of the matrix."""
    return pd.DataFrame({name: group[f"features/{name}"].asstr()[:] for name in ("id", "name", "feature_type")})


def _counts(group: Any) -> sparse.csr_matrix:
    """The file keeps features × cells by columns, which is cells × features by rows."""
    features, cells = (int(number) for number in group["shape"][:])
    pieces = (group["data"][:].astype(np.float32), group["indices"][:], group["indptr"][:])
    counts = sparse.csr_matrix(pieces, shape=(cells, features))
    counts.sort_indices()
    return counts


def _wrong(error: Exception) -> str:
    reason = (str(error).strip().splitlines() or ["no reason given"])[0]
    return f"which is damaged or of another kind ({reason})"
