"""Meta cells learned from expression in memory: PCA, K-means, and the coarser levels of the loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

DISTANCE_QUANTILES = 101
MAX_COMPONENTS = 50
MIN_COMPONENTS = 5
NOISE_CELLS = 5000
ITERATIONS = 50


@dataclass(frozen=True)
class Wanted:
    """What a vocabulary is to be.

    Parameters
    ----------
    scale
        What each gene is divided by (genes,).
    tokens
        Number of meta cells; those without members are dropped.
    components
        Number of principal components; None: those that stand out of the noise.
    levels
        Numbers of groups of the coarser levels.
    seed
        Of all that is random.
    """

    scale: np.ndarray
    tokens: int
    components: int | None
    levels: tuple[int, ...]
    seed: int


def learn(expression: np.ndarray, wanted: Wanted) -> dict[str, np.ndarray]:
    """The fields of a Vocabulary, from log-normalised expression (cells, genes)."""
    (cells, genes), scale, seed = expression.shape, wanted.scale, wanted.seed
    mean = expression.mean(axis=0)
    scaled = (expression - mean) / scale
    dims = min(wanted.components or MAX_COMPONENTS, genes, cells)
    solver = "randomized" if dims < min(cells, genes) // 2 else "full"
    pca = PCA(n_components=dims, svd_solver=solver, random_state=seed).fit(scaled)
    if wanted.components is None:
        dims = signal_components(scaled, pca.explained_variance_, seed)
    axes = pca.components_[:dims]
    reduced = (scaled - pca.mean_) @ axes.T
    label = KMeans(wanted.tokens, n_init=1, max_iter=ITERATIONS, random_state=seed).fit(reduced).labels_
    used, label = np.unique(label, return_inverse=True)
    centroids = _means(reduced, label, len(used))
    distance = np.sqrt(_squared_distances(reduced, centroids).min(axis=1))
    return fields(mean + pca.mean_ * scale, axes, centroids, _means(expression, label, len(used)), distance, wanted)


def fields(
    mean: np.ndarray,
    axes: np.ndarray,
    centroids: np.ndarray,
    expression: np.ndarray,
    distance: np.ndarray,
    wanted: Wanted,
) -> dict[str, np.ndarray]:
    """The fields of a Vocabulary as they are stored, from what was learned and the distances of training cells (cells,)."""
    coarse = [_coarse(centroids, groups, wanted.seed) for groups in wanted.levels if groups < len(centroids)]
    stored = {
        "mean": mean,
        "scale": wanted.scale,
        "components": axes,
        "centroids": centroids,
        "expression": expression,
        "distance_quantiles": np.percentile(distance, np.linspace(0, 100, DISTANCE_QUANTILES)),
    }
    levels = np.array(coarse, dtype=np.int64).reshape(len(coarse), len(centroids))
    return {name: np.ascontiguousarray(part, dtype=np.float32) for name, part in stored.items()} | {"levels": levels}


def signal_components(scaled: np.ndarray, variance: np.ndarray, seed: int) -> int:
    """How many components stand out of the noise (parallel analysis, Horn 1965), at least 5.

    Each gene's values are shuffled among cells, which keeps the genes and breaks what ties them; components whose variance
    exceeds the largest of the shuffled data are signal.
    """
    rng = np.random.default_rng([seed, 23])
    sample = scaled[rng.permutation(len(scaled))[:NOISE_CELLS]]
    shuffled = rng.permuted(sample, axis=0)
    noise = PCA(n_components=1, svd_solver="randomized", random_state=seed).fit(shuffled).explained_variance_[0]
    return max(min(MIN_COMPONENTS, len(variance)), int((variance > noise).sum()))


def _means(values: np.ndarray, label: np.ndarray, clusters: int) -> np.ndarray:
    total = np.zeros((clusters, values.shape[1]))
    np.add.at(total, label, values)
    return total / np.bincount(label, minlength=clusters)[:, None]


def _coarse(centroids: np.ndarray, clusters: int, seed: int) -> np.ndarray:
    label = KMeans(clusters, n_init=4, random_state=seed).fit(centroids).labels_
    return np.unique(label, return_inverse=True)[1]


def _squared_distances(points: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances (points, centers), up to rounding."""
    squared = (points**2).sum(axis=1)[:, None] - 2.0 * (points @ centers.T) + (centers**2).sum(axis=1)[None, :]
    return np.maximum(squared, 0.0)
