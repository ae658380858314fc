"""A simulated response against the true one, beside no change, copying the ROI's change, and nearest neighbours."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

from ripple_core.benchmark.metrics import pearson, sign_accuracy
from ripple_core.errors import DataError, sentence

NEIGHBORS = 10
ROWS = ("model", "no change", "copy the ROI's change", f"nearest {NEIGHBORS} known cells")


def score_response(result: ad.AnnData, truth: ad.AnnData) -> pd.DataFrame:
    """Scores of the mean response over the regenerated cells, one row a method.

    Parameters
    ----------
    result
        From ``ripple perturb``.
    truth
        The true response of the same section (``layers['response']``, ``var['edited']``, ``obsm['spatial']``), as ``ripple
        sample`` writes it or as measured.

    Returns
    -------
    DataFrame
        Columns: sign accuracy (on true responders not edited), Pearson not edited, Pearson all, Pearson per cell (not edited:
        every cell and gene as a pair), spill-over (mean |response| of edited genes over that of the true responders).
    """
    genes = [g for g in result.var_names[result.var["ripple_in_model"]] if g in truth.var_names]
    regenerated = result.obs_names[result.obs["ripple_role"] == "regenerated"]
    cells = [c for c in regenerated if c in truth.obs_names]
    if not genes or not cells:
        found = f"{len(genes)} genes and {len(cells)} cells in common"
        raise DataError(sentence("a truth of the same section", found, "Pass the truth that belongs to this section"))
    layer = truth[cells, genes].layers["response"]
    true = layer.toarray() if sparse.issparse(layer) else np.asarray(layer)
    edited = truth[:, genes].var["edited"].to_numpy(dtype=bool)
    predictions = (
        np.asarray(result[cells, genes].layers["response"]),
        np.zeros_like(true),
        np.tile(_roi_change(result, genes).mean(axis=0), (len(cells), 1)),
        _from_neighbors(result, truth, cells, genes),
    )
    return pd.DataFrame([_scores(p, true, edited) for p in predictions], index=pd.Index(ROWS, name="method"))


def _scores(predicted: np.ndarray, true: np.ndarray, edited: np.ndarray) -> dict[str, float]:
    mean, true_mean = predicted.mean(axis=0), true.mean(axis=0)
    kept = ~edited
    responders = kept & (np.abs(true_mean) >= 0.1 * np.abs(true_mean[kept]).max())
    strength = np.abs(true_mean[responders]).mean()
    return {
        "sign accuracy": sign_accuracy(mean[kept], true_mean[kept]),
        "Pearson not edited": float(pearson(mean[kept], true_mean[kept])),
        "Pearson all": float(pearson(mean, true_mean)),
        "Pearson per cell": float(pearson(predicted[:, kept].ravel(), true[:, kept].ravel())),
        "spill-over": float(np.abs(mean[edited]).mean() / strength) if edited.any() and strength > 0 else float("nan"),
    }


def _roi_change(result: ad.AnnData, genes: list[str]) -> np.ndarray:
    """The edit itself (ROI cells, genes)."""
    return np.asarray(result[result.obs["ripple_role"] == "roi", genes].layers["response"])


def _from_neighbors(result: ad.AnnData, truth: ad.AnnData, cells: list[str], genes: list[str]) -> np.ndarray:
    """Mean change (cells, genes) of the nearest known cells: edited ones as edited, those beyond the zone unchanged."""
    touched = truth.obs_names.isin(result.obs_names[result.obs["ripple_role"] == "regenerated"])
    known = truth.obs_names[~touched]
    change = pd.DataFrame(0.0, index=known, columns=genes)
    roi = result.obs_names[result.obs["ripple_role"] == "roi"]
    change.loc[roi] = _roi_change(result, genes)
    tree = cKDTree(np.asarray(truth[known].obsm["spatial"]))
    near = tree.query(np.asarray(truth[cells].obsm["spatial"]), k=min(NEIGHBORS, len(known)))[1]
    return change.to_numpy()[near].mean(axis=1)
