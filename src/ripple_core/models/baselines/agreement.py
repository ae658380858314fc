"""Correlation of predicted with true expression: what baselines choose their numbers by, and what the benchmark scores by."""

from __future__ import annotations

import numpy as np


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
    if not varies.any():
        return 0.0
    return float(np.nan_to_num(pearson(predicted[:, varies], true[:, varies], axis=0)).mean())
