"""A simulated response against the true one, beside no change, copying the ROI's change, and nearest neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import anndata as ad
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree
from scipy.stats import rankdata

from ripple_core.benchmark.scores.metrics import half_length, pearson, precision_at_k, sign_accuracy
from ripple_core.errors import DataError, sentence

NEIGHBORS = 10
ROWS = ("model", "no change", "copy the ROI's change", f"nearest {NEIGHBORS} known cells")
MAIN = ("sign accuracy", "Pearson not edited", "Pearson all", "Pearson per cell", "spill-over")
RESPONDER_SHARE = 0.1
"""A gene responds whose mean true change is at least this share of the strongest."""


@dataclass(frozen=True)
class Compared:
    """What a result and a truth have in common.

    Parameters
    ----------
    cells, genes
        Names of the regenerated cells and of the model's genes.
    predicted, true
        Their responses (cells, genes), log-normalised.
    edited
        Which genes were edited (genes,).
    distance_um
        Distance (cells,) to the region's edge.
    """

    cells: list[str]
    genes: list[str]
    predicted: np.ndarray
    true: np.ndarray
    edited: np.ndarray
    distance_um: np.ndarray

    @property
    def responders(self) -> np.ndarray:
        """Genes (genes,) that were not edited and truly respond."""
        strength = np.abs(self.true.mean(axis=0))
        kept = ~self.edited
        return kept & (strength >= RESPONDER_SHARE * strength[kept].max()) & (strength > 0)

    def with_predicted(self, predicted: np.ndarray) -> Compared:
        """The same truth beside another response (cells, genes)."""
        return Compared(self.cells, self.genes, predicted, self.true, self.edited, self.distance_um)


def compare(result: ad.AnnData, truth: ad.AnnData) -> Compared:
    """The regenerated cells and known genes that a result and a truth of the same section share."""
    genes = [g for g in result.var_names[result.var["ripple_in_model"]] if g in truth.var_names]
    regenerated = result.obs_names[result.obs["ripple_role"] == "regenerated"]
    cells = [c for c in regenerated if c in truth.obs_names]
    if not genes or not cells:
        found = f"{len(genes)} genes and {len(cells)} cells in common"
        raise DataError(sentence("a truth of the same section", found, "Pass the truth that belongs to this section"))
    layer = truth[cells, genes].layers["response"]
    true = layer.toarray() if sparse.issparse(layer) else np.asarray(layer)
    part = result[cells, genes]
    distance = part.obs["ripple_distance_um"].to_numpy(dtype=np.float64)
    edited = truth[:, genes].var["edited"].to_numpy(dtype=bool)
    return Compared(cells, genes, np.asarray(part.layers["response"]), true, edited, distance)


def score_response(result: ad.AnnData, truth: ad.AnnData) -> pd.DataFrame:
    """The main scores of the response over the regenerated cells, one row a method: those columns of :func:`every_score`."""
    return every_score(result, truth)[list(MAIN)]


def every_score(result: ad.AnnData, truth: ad.AnnData) -> pd.DataFrame:
    """All scores of the response over the regenerated cells, one row a method; columns as :func:`response_scores` names them.

    Parameters
    ----------
    result
        From ``ripple perturb``.
    truth
        The true response of the same section (``layers['response']``, ``var['edited']``, ``obsm['spatial']``), as ``ripple
        sample`` writes it or as measured.
    """
    shared = compare(result, truth)
    copied = np.tile(_roi_change(result, shared.genes).mean(axis=0), (len(shared.cells), 1))
    near = _from_neighbors(result, truth, shared.cells, shared.genes)
    predictions = (shared.predicted, np.zeros_like(shared.true), copied, near)
    rows = [response_scores(shared.with_predicted(predicted)) for predicted in predictions]
    return pd.DataFrame(rows, index=pd.Index(ROWS, name="method"))


def response_scores(shared: Compared) -> dict[str, float]:
    """The scores of one response.

    sign accuracy
        Share of true responders (not edited) whose mean change has the right sign.
    Pearson not edited, Spearman not edited, Pearson all
        Of the mean response per gene.
    Pearson per cell
        Every cell and gene not edited as a pair.
    precision
        Of as many genes (not edited) as truly respond, the share of the strongest predicted ones that are the strongest true ones.
    half length
        Distance at which the responders' response has fallen to half, over the truth's; 1 is right, NaN where the truth's never does.
    spill-over
        Mean |response| of edited genes over that of the true responders.
    """
    mean, true_mean = shared.predicted.mean(axis=0), shared.true.mean(axis=0)
    edited, kept, responders = shared.edited, ~shared.edited, shared.responders
    strength = np.abs(true_mean[responders]).mean() if responders.any() else 0.0
    spills = edited.any() and strength > 0
    return {
        "sign accuracy": sign_accuracy(mean[kept], true_mean[kept], RESPONDER_SHARE),
        "Pearson not edited": float(pearson(mean[kept], true_mean[kept])),
        "Spearman not edited": float(pearson(rankdata(mean[kept]), rankdata(true_mean[kept]))),
        "Pearson all": float(pearson(mean, true_mean)),
        "Pearson per cell": float(pearson(shared.predicted[:, kept].ravel(), shared.true[:, kept].ravel())),
        "precision": precision_at_k(mean[kept], true_mean[kept], int(responders.sum())),
        "half length": _half_length_ratio(shared),
        "spill-over": float(np.abs(mean[edited]).mean() / strength) if spills else float("nan"),
    }


def along_truth(shared: Compared, response: np.ndarray) -> np.ndarray:
    """Mean response (cells,) of the true responders, each counted along its true sign."""
    chosen = shared.responders
    return (response[:, chosen] * np.sign(shared.true.mean(axis=0)[chosen])).mean(axis=1)


def _half_length_ratio(shared: Compared) -> float:
    """Half length over the truth's: 0 where nothing responds, the zone's width where the response never falls so far."""
    if not shared.responders.any():
        return float("nan")
    found, true = (half_length(shared.distance_um, along_truth(shared, r)) for r in (shared.predicted, shared.true))
    widest = float(shared.distance_um.max())
    return min(float(np.nan_to_num(found, posinf=widest)), widest) / true if np.isfinite(true) else float("nan")


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
