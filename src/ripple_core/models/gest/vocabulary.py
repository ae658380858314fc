"""The meta-cell vocabulary: PCA, K-means, the mean expression of each meta cell, and the coarser levels of the loss."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.decomposition import PCA

from ripple_core.models.gest.nearest import Nearest

MINI_BATCH_FROM = 50_000
DISTANCE_QUANTILES = 101
MAX_COMPONENTS = 50
MIN_COMPONENTS = 5
NOISE_CELLS = 5000
IDENTITY_WIDTH = 1.0
MIXED_AT_ONCE = 4096


@dataclass(frozen=True)
class Vocabulary:
    """Meta cells and how to find the nearest (paper section 4.3, eq. 7).

    Parameters
    ----------
    mean, scale, components
        PCA: centre (genes,), what each gene is divided by (genes,) and axes (dims, genes).
    centroids
        Mean PCA vector of each meta cell (tokens, dims).
    expression
        Mean log-normalised expression of each meta cell (tokens, genes).
    levels
        Coarse label of each meta cell (levels, tokens); level 0, the meta cell itself, is not stored.
    distance_quantiles
        Training distances to the nearest meta cell, percentiles 0 to 100 (101,).
    """

    mean: np.ndarray
    scale: np.ndarray
    components: np.ndarray
    centroids: np.ndarray
    expression: np.ndarray
    levels: np.ndarray
    distance_quantiles: np.ndarray

    @classmethod
    def fit(
        cls,
        expression: np.ndarray,
        *,
        scale: np.ndarray,
        tokens: int,
        components: int | None,
        levels: tuple[int, ...],
        seed: int,
    ) -> Vocabulary:
        """Learn from training expression (cells, genes); sizes shrink to what so few cells and genes allow.

        ``components`` None keeps those that stand out of the noise, see :func:`signal_components`.
        """
        cells, genes = expression.shape
        tokens = max(2, min(tokens, cells // 8))
        mean = expression.mean(axis=0)
        scaled = (expression - mean) / scale
        dims = min(components or MAX_COMPONENTS, genes, cells)
        pca = PCA(
            n_components=dims, svd_solver="randomized" if dims < min(cells, genes) // 2 else "full", random_state=seed
        ).fit(scaled)
        if components is None:
            dims = signal_components(scaled, pca.explained_variance_, seed)
        axes = pca.components_[:dims]
        reduced = (scaled - pca.mean_) @ axes.T
        estimator = MiniBatchKMeans if cells > MINI_BATCH_FROM else KMeans
        label = estimator(tokens, n_init=1, max_iter=50, random_state=seed).fit(reduced).labels_
        used, label = np.unique(label, return_inverse=True)
        centroids = _means(reduced, label, len(used))
        meta_expression = _means(expression, label, len(used))
        coarse = [_coarse(centroids, k, seed) for k in levels if k < len(used)]
        distance = np.sqrt(_squared_distances(reduced, centroids).min(axis=1))
        as32 = lambda a: np.ascontiguousarray(a, dtype=np.float32)  # noqa: E731
        return cls(
            mean=as32(mean + pca.mean_ * scale),
            scale=as32(scale),
            components=as32(axes),
            centroids=as32(centroids),
            expression=as32(meta_expression),
            levels=np.array(coarse, dtype=np.int64).reshape(len(coarse), len(used)),
            distance_quantiles=as32(np.percentile(distance, np.linspace(0, 100, DISTANCE_QUANTILES))),
        )

    def __len__(self) -> int:
        return len(self.centroids)

    @cached_property
    def nearest(self) -> Nearest:
        """How the nearest meta cell is found."""
        return Nearest.of(self.mean, self.scale, self.components, self.centroids)

    def reduce(self, expression: np.ndarray) -> np.ndarray:
        """PCA vectors (cells, dims) of expression (cells, genes)."""
        return self.nearest.reduce(expression)

    def tokens(self, expression: np.ndarray) -> np.ndarray:
        """Nearest meta cell (cells,) in PCA space."""
        return self.nearest.tokens(expression)

    def distance_percentile(self, expression: np.ndarray) -> np.ndarray:
        """Where the distance (cells,) to the nearest meta cell lies among the training cells, 0 to 100; 100 = beyond all."""
        distance = self.nearest.distances(expression)
        return np.interp(distance, self.distance_quantiles, np.linspace(0, 100, DISTANCE_QUANTILES))

    def identity_prior(self, observed: np.ndarray) -> np.ndarray:
        """How well each meta cell fits an observed cell, as log weights (cells, tokens), 0 for the best.

        Added to a model's logits it keeps a cell's broad type and leaves its state free: a Gaussian in PCA space whose variance is
        ``IDENTITY_WIDTH`` times the usual squared distance of a cell to its meta cell, wider than states, narrower than types.
        """
        prior = self.nearest.behind(observed)
        prior /= IDENTITY_WIDTH * self.distance_quantiles[DISTANCE_QUANTILES // 2] ** 2
        return prior

    def quantised(self, expression: np.ndarray, soft: bool = False) -> np.ndarray:
        """Each cell (cells, genes) replaced by its meta cell (eq. 7), or by the mixture of those that fit it (``soft``)."""
        if not soft:
            return self.expression[self.tokens(expression)]
        mixed = np.empty((len(expression), self.expression.shape[1]), dtype=np.float32)
        for start in range(0, len(expression), MIXED_AT_ONCE):
            weight = np.exp(self.identity_prior(expression[start : start + MIXED_AT_ONCE]))
            weight /= weight.sum(axis=1, keepdims=True)
            np.matmul(weight, self.expression, out=mixed[start : start + MIXED_AT_ONCE])
        return mixed

    def quantisation_error(self, expression: np.ndarray) -> np.ndarray:
        """Root mean squared error (cells,) of replacing each cell by its meta cell; report it per cell type."""
        error, token = np.empty(len(expression)), self.tokens(expression)
        for start in range(0, len(expression), MIXED_AT_ONCE):
            chunk = slice(start, start + MIXED_AT_ONCE)
            error[chunk] = np.sqrt(((expression[chunk] - self.expression[token[chunk]]) ** 2).mean(axis=1))
        return error


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
