"""Size of each gene's response against how sure it is, by the best evidence that the result has: chance, repeats, or cells."""

from __future__ import annotations

import json
from dataclasses import dataclass

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core.perturb.reading import response


@dataclass(frozen=True, eq=False)
class Volcano:
    """One point a gene.

    Parameters
    ----------
    table
        gene, response (mean over the regenerated cells), evidence, edited, and q where there were placebos.
    evidence
        What ``evidence`` is, as the title of an axis.
    line
        The evidence from which on a gene counts as sure (q < 0.05); None where nothing can say so.
    """

    table: pd.DataFrame
    evidence: str
    line: float | None = None


def volcano(result: ad.AnnData, significant: float = 0.05) -> Volcano:
    """The volcano of a result.

    With placebos evidence is −log10 p. Without them, but with repeats, it is |mean| / spread over the repeats. With one run alone it is
    only the share of cells that change in the direction of the mean, which says how alike cells are, not how sure the model is.
    """
    table = response.gene_table(result)
    keep = ["gene", "response", "evidence", "edited"]
    if "p" in table and table["p"].notna().any():
        table["evidence"] = -np.log10(table["p"])
        sure = table.loc[table["q"] < significant, "evidence"]
        line = float(sure.min()) if len(sure) else None
        return Volcano(table[[*keep, "p", "q"]], f"−log10 p{_placebos(result)}", line)
    if "sd" in table and (table["sd"] > 0).any():
        table["evidence"] = table["response"].abs() / table["sd"].where(table["sd"] > 0)
        return Volcano(table[[*keep, "sd"]], "|response| / spread over runs")
    each = response.layer(result, "response", result.var_names.get_indexer(table["gene"]))
    table["evidence"] = (np.sign(each) == np.sign(table["response"].to_numpy())).mean(axis=0)
    return Volcano(table[keep], "share of cells that change this way")


def _placebos(result: ad.AnnData) -> str:
    """How many placebos p is against, in words; empty where the record does not say."""
    count = (json.loads(str(result.uns.get("ripple", "{}"))).get("null") or {}).get("placebos")
    return f" ({count} placebos)" if count else ""
