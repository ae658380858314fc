"""Rankings of genes that a file brings along: scanpy's ``rank_genes_groups`` in ``uns``, one table a group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd

NEEDED = ("names", "logfoldchanges")
FIELDS = {"names": "gene", "logfoldchanges": "lfc", "pvals": "p", "pvals_adj": "padj", "scores": "score"}


@dataclass(frozen=True, eq=False)
class Ranking:
    """One comparison of groups as a file holds it; its tables are made when they are asked for.

    Parameters
    ----------
    key
        Where it stands in ``uns``.
    groupby, reference
        The column of obs that was compared, and what each group was held against.
    groups
        The groups that have a table.
    content
        The record arrays, one field a group.
    symbols
        What a gene is called now, by the name that it had when the ranking was made.
    """

    key: str
    groupby: str
    reference: str
    groups: tuple[str, ...]
    content: Mapping[str, np.ndarray]
    symbols: Mapping[str, str]

    def table(self, group: str) -> pd.DataFrame:
        """``gene``, ``lfc`` and, as far as they are there, ``p``, ``padj`` and ``score`` of a group, in the file's order."""
        columns = {FIELDS[name]: np.asarray(records[group]) for name, records in self.content.items()}
        names = [_text(name) for name in columns.pop("gene")]
        values = {name: column.astype(float) for name, column in columns.items()}
        table = pd.DataFrame({"gene": [self.symbols.get(name, name) for name in names], **values})
        named = ~table["gene"].str.casefold().isin(["", "nan"])
        return table[named & np.isfinite(table["lfc"])].drop_duplicates("gene").reset_index(drop=True)

    def title(self, group: str) -> str:
        """What a group's table is called: ``leiden: 3 against rest``."""
        against = "the rest" if self.reference == "rest" else self.reference
        return f"{self.groupby or self.key}: {group} against {against}"


def rankings(adata: ad.AnnData) -> tuple[Ranking, ...]:
    """Every ranking in ``uns`` that says by how much genes differ; others (of a logistic regression, say) are left out."""
    found = []
    symbols = _symbols(adata)
    for key, value in adata.uns.items():
        records = {name: value[name] for name in FIELDS if name in value} if isinstance(value, Mapping) else {}
        if not all(name in records for name in NEEDED) or any(_fields(part) == () for part in records.values()):
            continue
        params = value.get("params")
        params = params if isinstance(params, Mapping) else {}
        groups = [group for group in _fields(records["names"]) if all(group in _fields(r) for r in records.values())]
        if groups:
            by, against = (
                _text(params.get(name, missing)) for name, missing in (("groupby", ""), ("reference", "rest"))
            )
            found.append(Ranking(str(key), by, against, tuple(groups), records, symbols))
    return tuple(found)


def _symbols(adata: ad.AnnData) -> dict[str, str]:
    """Today's names by the ids that the file may have been ranked with."""
    if "gene_id" not in adata.var:
        return {}
    return dict(zip(adata.var["gene_id"].astype(str), adata.var_names.astype(str)))


def _fields(records: Any) -> tuple[str, ...]:
    """The groups of a record array; none for anything else."""
    return (getattr(records, "dtype", None) is not None and records.dtype.names) or ()


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
