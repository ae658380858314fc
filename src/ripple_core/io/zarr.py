"""A .zarr folder: an AnnData, or a SpatialData of which the table is taken; opened whole."""

from __future__ import annotations

import warnings
from pathlib import Path

import anndata as ad

from ripple_core.errors import DataError, sentence
from ripple_core.io import h5ad, store


def read(path: Path, layer: str | None = None) -> ad.AnnData:
    """The store as AnnData in memory, X taken from ``layer`` if one is named."""
    root = store.table_of(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            adata = ad.io.read_elem(root)
    except MemoryError:
        raise DataError(
            sentence("room in memory for the section", f"too little for {path.name}", "Choose a smaller file")
        ) from None
    except Exception as error:  # a damaged store may fail in any part of zarr and anndata
        reason = (str(error).strip().splitlines() or ["no reason given"])[0]
        found = f"{path.name}, which is damaged ({reason})"
        raise DataError(sentence("a whole .zarr folder", found, store.WAY_OUT)) from None
    adata.uns.setdefault("name", store.name_of(path))
    return h5ad.with_counts(adata, layer, path)
