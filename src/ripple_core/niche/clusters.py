"""From vectors to clusters: K-means, and how many clusters there are when nobody says."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.metrics import silhouette_score

from ripple_core.progress import Progress, finished

FEWEST, MOST = 3, 20
CELLS_PER_CLUSTER = 10
STARTS, STARTS_TO_CHOOSE = 10, 3
JUDGED_CELLS = 2000
MINI_BATCH_FROM = 50_000


@dataclass(frozen=True)
class Clusters:
    """``label`` (cells,) from 0, the largest cluster first; ``silhouette`` of each number of clusters that was tried."""

    label: np.ndarray
    silhouette: dict[int, float]

    @property
    def count(self) -> int:
        """How many clusters there are."""
        return int(self.label.max()) + 1


def clustered(vectors: np.ndarray, count: int | None, seed: int) -> Clusters:
    """K-means on vectors (cells, components); with ``count`` None the number of clusters is that of the best mean silhouette."""
    return finished(clustered_iter(vectors, count, seed))


def clustered_iter(vectors: np.ndarray, count: int | None, seed: int) -> Generator[Progress, None, Clusters]:
    """The same, a Progress for every number of clusters that is tried."""
    tried = [] if count else _tried(len(vectors))
    silhouettes = {}
    for place, number in enumerate(tried):
        yield Progress(place, len(tried) + 1, f"grouping: {number} groups tried, up to {tried[-1]}")
        silhouettes[number] = _silhouette(vectors, number, seed)
    chosen = count or max(silhouettes, key=lambda k: silhouettes[k])
    yield Progress(len(tried), len(tried) + 1, f"grouping into {chosen}")
    return Clusters(_by_size(_k_means(vectors, chosen, seed, STARTS)), silhouettes)


def _tried(cells: int) -> range:
    """Every number of clusters from 3 to 20 that leaves 10 cells for each."""
    return range(FEWEST, max(FEWEST, min(MOST, cells // CELLS_PER_CLUSTER)) + 1)


def _silhouette(vectors: np.ndarray, count: int, seed: int) -> float:
    """Mean silhouette of so many clusters, on at most 2,000 cells."""
    judged = np.random.default_rng([seed, 67]).permutation(len(vectors))[:JUDGED_CELLS]
    label = _k_means(vectors, count, seed, STARTS_TO_CHOOSE)[judged]
    return float(silhouette_score(vectors[judged], label)) if 1 < len(set(label)) < len(judged) else -1.0


def _k_means(vectors: np.ndarray, count: int, seed: int, starts: int) -> np.ndarray:
    estimator = MiniBatchKMeans if len(vectors) > MINI_BATCH_FROM else KMeans
    return estimator(count, n_init=starts, random_state=seed).fit_predict(vectors)


def _by_size(label: np.ndarray) -> np.ndarray:
    """Clusters numbered anew, the largest first."""
    _, dense, size = np.unique(label, return_inverse=True, return_counts=True)
    rank = np.empty(len(size), dtype=np.int64)
    rank[np.argsort(-size, kind="stable")] = np.arange(len(size))
    return rank[dense]
