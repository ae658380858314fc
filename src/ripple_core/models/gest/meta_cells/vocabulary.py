"""The meta-cell vocabulary: what a cell is read as, how well it fits, and the mean expression that stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ripple_core.encoded import Rows
from ripple_core.models.gest.meta_cells.clustering import DISTANCE_QUANTILES, Wanted, learn
from ripple_core.models.gest.meta_cells.nearest import Nearest
from ripple_core.models.gest.meta_cells.streaming import learn_from_chunks
from ripple_core.training.chunks import ArrayChunks, Chunks

MOST_IN_MEMORY = 50_000
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
        expression: np.ndarray | Chunks,
        *,
        scale: np.ndarray,
        tokens: int,
        components: int | None,
        levels: tuple[int, ...],
        seed: int,
    ) -> Vocabulary:
        """Learn from training expression (cells, genes); sizes shrink to what so few cells and genes allow.

        Up to ``MOST_IN_MEMORY`` cells are learned from as a whole; more of them, from an array too, chunk by chunk, and the whole
        is never put together. ``components`` None keeps those that stand out of the noise, see
        :func:`~ripple_core.models.gest.meta_cells.clustering.signal_components`.
        """
        chunks = ArrayChunks([expression]) if isinstance(expression, np.ndarray) else expression
        wanted = Wanted(scale, max(2, min(tokens, chunks.cells // 8)), components, levels, seed)
        if chunks.cells > MOST_IN_MEMORY:
            return cls(**learn_from_chunks(chunks, wanted))
        return cls(**learn(expression if isinstance(expression, np.ndarray) else np.concatenate(list(chunks)), wanted))

    def __len__(self) -> int:
        return len(self.centroids)

    @cached_property
    def nearest(self) -> Nearest:
        """How the nearest meta cell is found."""
        return Nearest.of(self.mean, self.scale, self.components, self.centroids)

    def reduce(self, expression: np.ndarray) -> np.ndarray:
        """PCA vectors (cells, dims) of expression (cells, genes)."""
        return self.nearest.reduce(expression)

    def tokens(self, expression: Rows) -> np.ndarray:
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
