"""The scores: plain functions of predicted and true arrays."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree
from scipy.stats import rankdata
from sklearn.isotonic import IsotonicRegression

from ripple_core.models.baselines.agreement import pearson as pearson
from ripple_core.models.baselines.agreement import per_gene_pearson as per_gene_pearson


def z_rmse(predicted: np.ndarray, true: np.ndarray) -> float:
    """Root mean squared error after z-scoring each gene of each side, √(mean over genes of 2(1 − r)).

    A gene predicted as constant counts as r = 0, so that 1.414 is what knowing nothing of the place scores.
    """
    varies = true.std(axis=0) > 0
    r = np.nan_to_num(pearson(predicted[:, varies], true[:, varies], axis=0))
    return float(np.sqrt(np.mean(2.0 * (1.0 - r))))


def per_cell_spearman(predicted: np.ndarray, true: np.ndarray) -> float:
    """Mean over cells of the rank correlation across genes (cells, genes)."""
    return float(spearman_by_cell(predicted, true).mean())


def spearman_by_cell(predicted: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Rank correlation (cells,) across genes of each cell (cells, genes); 0 where one side does not vary."""
    ranks = [rankdata(side, axis=1) for side in (predicted, true)]
    return np.nan_to_num(pearson(ranks[0], ranks[1], axis=1))


def rmse(predicted: np.ndarray, true: np.ndarray) -> float:
    """Root mean squared error in log-normalised units."""
    return float(np.sqrt(((predicted - true) ** 2).mean()))


def sign_accuracy(predicted: np.ndarray, true: np.ndarray, share: float = 0.1) -> float:
    """Share of true responders (|true| at least ``share`` of the strongest) whose sign is right; no change is wrong."""
    responders = np.abs(true) >= share * np.abs(true).max()
    return float((np.sign(predicted[responders]) == np.sign(true[responders])).mean())


def precision_at_k(predicted: np.ndarray, true: np.ndarray, k: int) -> float:
    """Share of the k genes with the strongest predicted change that are among the k with the strongest true one, sign and all."""
    strongest = [set(np.argsort(-np.abs(side), kind="stable")[:k]) for side in (predicted, true)]
    both = np.array(sorted(strongest[0] & strongest[1]), dtype=np.int64)
    return float((np.sign(predicted[both]) == np.sign(true[both])).sum() / max(k, 1)) if np.any(predicted) else 0.0


def half_length(distance_um: np.ndarray, response: np.ndarray, ring_um: float = 20.0) -> float:
    """Distance (µm) at which a response (cells,) has fallen to half of what it is next to the region.

    Means of rings are made to fall monotonically (isotonic regression), and read between the rings' middles. NaN where there is
    no response; infinite where it never falls so far.
    """
    ring = np.maximum(distance_um, 0.0) // ring_um
    rings, inverse, count = np.unique(ring, return_inverse=True, return_counts=True)
    means = np.bincount(inverse, weights=response) / count
    middle = (rings + 0.5) * ring_um
    falling = IsotonicRegression(increasing=False).fit_transform(middle, means, sample_weight=count)
    if falling[0] <= 1e-9:
        return float("nan")
    below = np.flatnonzero(falling <= falling[0] / 2)
    if not len(below):
        return float("inf")
    i = int(below[0])
    share = (falling[i - 1] - falling[0] / 2) / (falling[i - 1] - falling[i])
    return float(middle[i - 1] + share * (middle[i] - middle[i - 1]))


def morans_i(values: np.ndarray, xy_um: np.ndarray, neighbors: int = 8) -> np.ndarray:
    """Moran's I (genes,) of expression (cells, genes): its correlation with the mean of the nearest neighbours."""
    k = min(neighbors + 1, len(xy_um))
    near = cKDTree(xy_um).query(xy_um, k=k)[1][:, 1:]
    z = values - values.mean(axis=0)
    lagged = np.mean([z[near[:, i]] for i in range(near.shape[1])], axis=0)
    variance = (z**2).sum(axis=0)
    return np.divide((z * lagged).sum(axis=0), variance, out=np.zeros_like(variance), where=variance > 1e-12)
