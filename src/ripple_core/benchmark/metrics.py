"""The scores: plain functions of predicted and true arrays."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata


def pearson(a: np.ndarray, b: np.ndarray, axis: int = 0) -> np.ndarray:
    """Pearson correlation along an axis; NaN where either side does not vary."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    a = a - a.mean(axis=axis, keepdims=True)
    b = b - b.mean(axis=axis, keepdims=True)
    norm = np.sqrt((a**2).sum(axis=axis) * (b**2).sum(axis=axis))
    return np.divide((a * b).sum(axis=axis), norm, out=np.full(np.shape(norm), np.nan), where=norm > 1e-12)


def per_gene_pearson(predicted: np.ndarray, true: np.ndarray) -> float:
    """Mean over genes of the correlation across cells (cells, genes); a gene predicted as constant counts as 0."""
    varies = true.std(axis=0) > 0
    return float(np.nan_to_num(pearson(predicted[:, varies], true[:, varies], axis=0)).mean())


def z_rmse(predicted: np.ndarray, true: np.ndarray) -> float:
    """Root mean squared error after z-scoring each gene of each side, √(mean over genes of 2(1 − r)).

    A gene predicted as constant counts as r = 0, so that 1.414 is what knowing nothing of the place scores.
    """
    varies = true.std(axis=0) > 0
    r = np.nan_to_num(pearson(predicted[:, varies], true[:, varies], axis=0))
    return float(np.sqrt(np.mean(2.0 * (1.0 - r))))


def per_cell_spearman(predicted: np.ndarray, true: np.ndarray) -> float:
    """Mean over cells of the rank correlation across genes (cells, genes)."""
    ranks = [rankdata(side, axis=1) for side in (predicted, true)]
    return float(np.nan_to_num(pearson(ranks[0], ranks[1], axis=1)).mean())


def rmse(predicted: np.ndarray, true: np.ndarray) -> float:
    """Root mean squared error in log-normalised units."""
    return float(np.sqrt(((predicted - true) ** 2).mean()))


def sign_accuracy(predicted: np.ndarray, true: np.ndarray, share: float = 0.1) -> float:
    """Share of true responders (|true| at least ``share`` of the strongest) whose sign is right; no change is wrong."""
    responders = np.abs(true) >= share * np.abs(true).max()
    return float((np.sign(predicted[responders]) == np.sign(true[responders])).mean())
