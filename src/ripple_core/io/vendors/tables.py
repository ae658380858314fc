"""Tables of cells beside a matrix of counts: read from CSV or Parquet, and joined to the matrix by the cells' names."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core.errors import DataError, sentence
from ripple_core.io.vendors import layout

INSTALL = "Install it: pip install 'napari-ripple[vendors]'"
CLUSTERS = (
    "analysis/clustering/gene_expression_graphclust/clusters.csv",
    "analysis/clustering/graphclust/clusters.csv",
)
"""Where 10x Genomics' pipelines write their own clusters, which colour a section at first sight."""


def read(path: Path, **options: Any) -> pd.DataFrame:
    """A table as it stands; DataError where it cannot be read, or needs a package that is not installed."""
    try:
        if path.suffix == ".parquet":
            return _parquet(path)
        return pd.read_csv(path, **options)
    except (OSError, ValueError, EOFError) as error:
        reason = (str(error).strip().splitlines() or ["no reason given"])[0]
        raise DataError(sentence("a table", f"{path.name}, which is damaged ({reason})", layout.WAY_OUT)) from None


def _parquet(path: Path) -> pd.DataFrame:
    """A table in Parquet; names that are stored as bytes become text."""
    try:
        import pyarrow.parquet
    except ImportError:
        raise DataError(sentence(f"the package pyarrow to read {path.name}", "none", INSTALL)) from None
    table = pyarrow.parquet.read_table(path).to_pandas()
    for column in table.select_dtypes(include=object).columns:
        if len(table) and isinstance(table[column].iloc[0], bytes):
            table[column] = table[column].str.decode("utf-8")
    return table


def can_parquet() -> bool:
    """Whether tables in Parquet can be read here."""
    return importlib.util.find_spec("pyarrow") is not None


def indexed(table: pd.DataFrame, key: str, path: Path) -> pd.DataFrame:
    """The table with a row named for each cell; DataError where the column of names is missing."""
    columns(table, (key,), path)
    table = table.set_index(key)
    table.index = table.index.astype(str)
    table.index.name = None
    return table


def columns(table: pd.DataFrame, names: Sequence[str], path: Path) -> None:
    """Raise DataError unless the table has these columns."""
    lacking = [name for name in names if name not in table]
    if lacking:
        found = f"{path.name} with columns {', '.join(map(str, table.columns[:8]))}"
        raise DataError(sentence(f"a column {' and '.join(lacking)}", found, layout.WAY_OUT))


def placed(adata: ad.AnnData, table: pd.DataFrame, axes: Sequence[str], path: Path) -> ad.AnnData:
    """The cells that the table knows, with its columns in obs and (x, y), from the columns ``axes``, in obsm.

    DataError where the table knows none of the cells, and a note where it does not know some.
    """
    columns(table, axes, path)
    rows = table.index[~table.index.duplicated()].intersection(adata.obs_names)
    if not len(rows):
        found = f"{adata.obs_names[0]} … in the matrix and {', '.join(table.index[:1])} … in {path.name}"
        raise DataError(sentence("the same cells in the matrix and in the table of cells", found, layout.WAY_OUT))
    known = adata.obs_names.isin(rows)
    if not known.all():
        note(adata, f"{int((~known).sum()):,} cells of the matrix have no position and were left out.")
        adata = adata[known].copy()
    table = table[~table.index.duplicated()].loc[adata.obs_names]
    adata.obsm["spatial"] = table[list(axes)].to_numpy(dtype=np.float64)
    for column in table.columns.difference(list(axes), sort=False):
        adata.obs[str(column)] = table[column].array
    return adata


def with_clusters(adata: ad.AnnData, folder: Path) -> ad.AnnData:
    """The same with the pipeline's own clusters in ``obs['cluster']``, where the folder has them."""
    path = layout.first(folder, *CLUSTERS)
    if path is not None:
        table = indexed(read(path), "Barcode", path)
        columns(table, ("Cluster",), path)
        numbers = table["Cluster"].reindex(adata.obs_names)
        named = numbers.map(lambda number: f"cluster {int(number)}", na_action="ignore")
        order = [f"cluster {int(number)}" for number in sorted(numbers.dropna().unique())]
        adata.obs["cluster"] = pd.Categorical(named, categories=order)
    return adata


def note(adata: ad.AnnData, words: str) -> None:
    """Keep a sentence about how the data were read; reports show it."""
    adata.uns["read_notes"] = [*map(str, adata.uns.get("read_notes", ())), words]
