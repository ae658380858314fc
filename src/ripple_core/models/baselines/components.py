"""Principal components of training expression: what learned baselines average, and what functions of the place predict."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.decomposition import PCA

from ripple_core.expression import ExpressionSpace
from ripple_core.models.baselines.lesson import Cells

MOST_CELLS = 20_000


def fit(sections: Sequence[Cells], space: ExpressionSpace, count: int, seed: int) -> np.ndarray:
    """Components (components, genes) of the cells' z-scored expression; fewer where cells or genes are few."""
    everyone = np.concatenate([cells.expression for cells in sections])
    rng = np.random.default_rng([seed, 29])
    if len(everyone) > MOST_CELLS:
        everyone = everyone[rng.choice(len(everyone), MOST_CELLS, replace=False)]
    count = max(1, min(count, *(size - 1 for size in everyone.shape)))
    z = (everyone - space.mean) / space.std
    return PCA(count, svd_solver="randomized", random_state=seed).fit(z).components_.astype(np.float32)


def project(expression: np.ndarray, space: ExpressionSpace, components: np.ndarray) -> np.ndarray:
    """Scores (..., components) of log-normalised expression (..., genes)."""
    return (expression - space.mean) / space.std @ components.T


def restore(scores: np.ndarray, space: ExpressionSpace, components: np.ndarray) -> np.ndarray:
    """Log-normalised expression (..., genes), not below 0, of scores (..., components)."""
    return from_z(scores @ components, space)


def from_z(z: np.ndarray, space: ExpressionSpace) -> np.ndarray:
    """Log-normalised expression (..., genes), not below 0, of z-scores (..., genes)."""
    return np.maximum(space.mean + space.std * z, 0.0)
