"""Reading a result: perturbed minus control per gene, per cell type and by distance, and what the tissue shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core.errors import DataError, among, few, sentence
from ripple_core.perturb.reading.effects import SIGNIFICANT


def regenerated(result: ad.AnnData) -> ad.AnnData:
    """The regenerated cells of a result, without the ROI's."""
    _check(result)
    return result[result.obs["ripple_role"] == "regenerated"]


def _check(result: ad.AnnData) -> None:
    if "ripple_role" not in result.obs or "response" not in result.layers:
        raise DataError(
            sentence(
                "a result of ripple perturb",
                "AnnData without ripple_role and a response layer",
                "Run a perturbation first",
            )
        )


def layer(result: ad.AnnData, name: str, columns: Any = slice(None)) -> np.ndarray:
    """A layer (cells, genes) of the regenerated cells, of all genes or those at ``columns``; not copied where they stand together."""
    _check(result)
    rows = np.flatnonzero((result.obs["ripple_role"] == "regenerated").to_numpy())
    together = len(rows) > 0 and rows[-1] - rows[0] + 1 == len(rows)
    return np.asarray(result.layers[name])[slice(rows[0], rows[-1] + 1) if together else rows][:, columns]


def gene_table(result: ad.AnnData) -> pd.DataFrame:
    """One row a gene of the model, strongest first: mean response over the regenerated cells, whether it was edited, and where
    they are known its spread over orders and draws (sd), p and q."""
    response, control = layer(result, "response"), layer(result, "control")
    known = result.var["ripple_in_model"].to_numpy()
    nothing = np.zeros(len(known))
    table = pd.DataFrame(
        {
            "gene": result.var_names[known],
            "response": (response.mean(axis=0) if len(response) else nothing)[known],
            "control": (control.mean(axis=0) if len(response) else nothing)[known],
            "share_up": ((response > 0).mean(axis=0) if len(response) else nothing)[known],
            "edited": result.var["ripple_edited"].to_numpy()[known],
        }
    )
    for column, name in (("ripple_response_sd", "sd"), ("ripple_p", "p"), ("ripple_q", "q")):
        if column in result.var:
            table[name] = result.var[column].to_numpy()[known]
    order = table["response"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def cell_table(result: ad.AnnData, key: str | None = None) -> pd.DataFrame:
    """One row a cell of the result: its position in µm, role, distance to the region, ``obs[key]``, the mean absolute response of
    the genes that were not edited, and p and q where they are known. Simulated."""
    regenerated(result)
    xy = np.asarray(result.obsm["spatial"], dtype=np.float64)
    counted = counted_genes(result)
    response = np.abs(np.asarray(result.layers["response"])[:, counted])
    columns = {"cell": result.obs_names, "x_um": xy[:, 0], "y_um": xy[:, 1]}
    for column, name in (("ripple_role", "role"), ("ripple_distance_um", "distance_um"), ("ripple_order", "order")):
        columns[name] = result.obs[column].to_numpy()
    if key is not None and key in result.obs:
        columns[key] = result.obs[key].to_numpy()
    columns["mean_abs_response_simulated"] = response.mean(axis=1) if counted.any() else np.zeros(len(xy))
    for column, name in (("ripple_p", "p"), ("ripple_q", "q")):
        if column in result.obs:
            columns[name] = result.obs[column].to_numpy()
    return pd.DataFrame(columns)


def top_genes(result: ad.AnnData, n: int = 20) -> pd.DataFrame:
    """The n genes whose mean response is strongest."""
    return gene_table(result).head(n)


def by_distance(result: ad.AnnData, genes: list[str] | None = None, bins: int = 10) -> pd.DataFrame:
    """Response against distance from the ROI's edge.

    Parameters
    ----------
    genes
        Genes to average; None takes the mean absolute response of all genes that were not edited.

    Returns
    -------
    DataFrame
        distance_um (middle of the ring), response, cells; low and high, between which the middle half of the ring's cells lie.
    """
    distance = _obs(result)["ripple_distance_um"].to_numpy()
    return _rings(distance, _values(result, genes), _edges(distance, bins))


def by_distance_and_type(
    result: ad.AnnData, key: str, genes: list[str] | None = None, bins: int = 10, types: int = 5
) -> pd.DataFrame:
    """The same in the same rings for each of the most frequent cell types, which column ``type`` names; one below the other."""
    labels = _labels(result, key)
    distance, values = _obs(result)["ripple_distance_um"].to_numpy(), _values(result, genes)
    edges = _edges(distance, bins)
    parts = [
        _rings(distance[labels == name], values[labels == name], edges).assign(type=name)
        for name in pd.Series(labels).value_counts().index[:types]
    ]
    return pd.concat(parts, ignore_index=True) if parts else _rings(distance, values, edges).assign(type="")


def by_type(result: ad.AnnData, key: str, genes: list[str] | None = None) -> pd.DataFrame:
    """Mean response per cell type (rows) and gene (columns) over the regenerated cells."""
    labels = _labels(result, key)
    chosen = genes or list(result.var_names[result.var["ripple_in_model"]])
    frame = pd.DataFrame(layer(result, "response", _columns(result, chosen)), columns=chosen)
    return frame.groupby(labels).mean()


def types(result: ad.AnnData, key: str) -> pd.DataFrame:
    """One row a cell type, the one that responds most first: type, cells, mean |response| over genes that were not edited, and
    where there were placebos the number of cells beyond chance (significant: q < 0.05)."""
    frame = pd.DataFrame({"type": _labels(result, key), "response": _values(result, None)})
    grouped = frame.groupby("type")["response"]
    found = pd.DataFrame({"cells": grouped.size(), "response": grouped.mean()})
    if "ripple_q" in result.obs:
        frame["significant"] = _obs(result)["ripple_q"].to_numpy() < SIGNIFICANT
        found["significant"] = frame.groupby("type")["significant"].sum()
    return found.sort_values("response", ascending=False).reset_index()


def _obs(result: ad.AnnData) -> pd.DataFrame:
    """The cell table of the regenerated cells."""
    _check(result)
    return result.obs[result.obs["ripple_role"] == "regenerated"]


def _labels(result: ad.AnnData, key: str) -> np.ndarray:
    """A column of the regenerated cells' table as text (cells,)."""
    if key not in result.obs:
        raise DataError(among("a column of the cell table", repr(key), result.obs.columns))
    return _obs(result)[key].astype(str).to_numpy()


def _edges(distance: np.ndarray, bins: int) -> np.ndarray:
    """Borders (bins + 1,) of rings of equal width, in µm."""
    return np.linspace(0.0, max(distance.max(initial=0.0), 1e-9), bins + 1)


def _rings(distance: np.ndarray, values: np.ndarray, edges: np.ndarray) -> pd.DataFrame:
    """Mean, quartiles and number of the values (cells,) in each ring; a ring without cells is NaN."""
    bins = len(edges) - 1
    ring = np.clip(np.digitize(distance, edges) - 1, 0, bins - 1)
    group = pd.Series(np.asarray(values, dtype=np.float64)).groupby(ring)
    found = pd.DataFrame({"response": group.mean(), "low": group.quantile(0.25), "high": group.quantile(0.75)})
    found = found.reindex(range(bins))
    found.insert(0, "distance_um", (edges[1:] + edges[:-1]) / 2)
    return found.assign(cells=np.bincount(ring, minlength=bins))


def _values(result: ad.AnnData, genes: list[str] | None) -> np.ndarray:
    """One response value (cells,) per cell."""
    if genes is not None:
        return layer(result, "response", _columns(result, genes)).mean(axis=1)
    return np.abs(layer(result, "response")).mean(axis=1, where=counted_genes(result))


def _columns(result: ad.AnnData, genes: Sequence[str]) -> np.ndarray:
    """Where genes stand (genes,); DataError for those that the result does not have, or no model gave values."""
    known = result.var_names[result.var["ripple_in_model"].to_numpy(dtype=bool)]
    unknown = [str(gene) for gene in genes if gene not in known]
    if unknown or not len(genes):
        raise DataError(among("genes of the model", few(unknown) or "none", known))
    return result.var_names.get_indexer(genes)


def counted_genes(result: ad.AnnData) -> np.ndarray:
    """The model's genes (genes,) that a mean response is over: those that were not edited, or all where every one was."""
    of_model = result.var["ripple_in_model"].to_numpy(dtype=bool)
    free = of_model & ~result.var["ripple_edited"].to_numpy(dtype=bool)
    return free if free.any() else of_model
