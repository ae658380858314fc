"""Gene symbols and Ensembl ids of one section: which column of var holds which, and symbols first."""

from __future__ import annotations

import re

import anndata as ad
import pandas as pd

SYMBOL_COLUMNS = (
    "gene_symbol",
    "gene_symbols",
    "symbol",
    "gene_name",
    "gene_names",
    "feature_name",
    "gene_short_name",
    "SYMBOL",
    "name",
)
ID_COLUMNS = ("gene_id", "gene_ids", "ensembl_id", "ensembl_ids", "ensembl", "feature_id", "ENSEMBL")
ENSEMBL = re.compile(r"ENS[A-Z]*G\d{6,}(\.\d+)?$")
MOSTLY = 0.5


def prefer_symbols(adata: ad.AnnData) -> ad.AnnData:
    """Name the genes by symbol where the file offers both, and keep the ids in ``var['gene_id']``; in place.

    A symbol that is missing or stands for several ids keeps its id as name, so that every name stays unique.
    """
    names = pd.Index(adata.var_names.astype(str))
    if _mostly_ids(names):
        symbols = next((adata.var[column] for column in SYMBOL_COLUMNS if column in adata.var), None)
        if symbols is not None and not _mostly_ids(pd.Index(symbols.astype(str))):
            adata.var["gene_id"] = names.to_numpy()
            adata.var_names = unique_symbols(symbols, names)
        return adata
    ids = next((adata.var[column] for column in ID_COLUMNS if column in adata.var), None)
    if ids is not None and _mostly_ids(pd.Index(ids.astype(str))):
        adata.var["gene_id"] = ids.astype(str).to_numpy()
    return adata


def _mostly_ids(names: pd.Index) -> bool:
    """Whether most names look like Ensembl gene ids."""
    return len(names) > 0 and sum(ENSEMBL.match(name) is not None for name in names) > MOSTLY * len(names)


def unique_symbols(symbols: pd.Series, ids: pd.Index) -> pd.Index:
    """The symbol of each gene; where that is missing or stands for several ids, the id, so that every name stays unique."""
    text = symbols.astype("string").str.strip()
    unusable = text.isna() | text.str.casefold().isin(["", "na", "nan", "none"]) | text.duplicated(keep=False)
    return pd.Index(text.where(~unusable, pd.Series(ids, index=symbols.index)).astype(str))
