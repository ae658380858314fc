"""Nets (CSV or TSV with source, target and weight, as decoupler has them): each source is a signed gene set."""

from __future__ import annotations

import pandas as pd

from ripple_core.errors import DataError, sentence
from ripple_core.genesets.columns import find, numbers

SOURCE_COLUMNS = ("source", "tf", "regulator", "pathway", "geneset", "gene_set", "set")
TARGET_COLUMNS = ("target", "genesymbol", "gene_symbol", "gene")
WEIGHT_COLUMNS = ("weight", "mor", "sign", "likelihood")


def is_net(names: dict[str, str]) -> bool:
    """Whether columns, by their names in small letters, are those of a net."""
    return find(names, SOURCE_COLUMNS) is not None and find(names, TARGET_COLUMNS) is not None


def tables(raw: pd.DataFrame, names: dict[str, str], file: str) -> dict[str, pd.DataFrame]:
    """For each source its targets: ``gene`` and, as ``lfc``, the weight (1 where the net has none).

    A weight is signed; its size is taken for a log2 fold change, which the dose scales.
    """
    source, target = find(names, SOURCE_COLUMNS), find(names, TARGET_COLUMNS)
    weight = find(names, WEIGHT_COLUMNS)
    net = pd.DataFrame(
        {
            "source": raw[source].astype("string").str.strip(),
            "gene": raw[target].astype("string").str.strip().astype(object),
            "lfc": 1.0 if weight is None else numbers(raw[weight]),
        }
    )
    net = net[
        (net["source"].fillna("") != "") & (net["gene"].fillna("") != "") & net["lfc"].notna() & (net["lfc"] != 0)
    ]
    if net.empty:
        found = f"none in {file}"
        raise DataError(sentence("a net with a target and a weight", found, "Fill source, target and weight"))
    return {
        str(name): part[["gene", "lfc"]].drop_duplicates("gene").reset_index(drop=True)
        for name, part in net.groupby("source", sort=True)
    }
