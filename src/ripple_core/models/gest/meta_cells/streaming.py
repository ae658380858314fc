"""Meta cells learned from more cells than the memory holds: the chunks are read some times over, and only sums are kept."""

from __future__ import annotations

import numpy as np
from scipy import linalg, sparse
from sklearn.cluster import KMeans

from ripple_core.models.gest.meta_cells.clustering import (
    ITERATIONS,
    MAX_COMPONENTS,
    NOISE_CELLS,
    Wanted,
    fields,
    signal_components,
)
from ripple_core.models.gest.meta_cells.nearest import Nearest
from ripple_core.training.chunks import Chunks, rows_of

SAMPLE = 50_000
REFINEMENTS = 2
MOST_COVARIANCE_GENES = 4096
POWER_PASSES, SPARE_AXES = 5, 10


def learn_from_chunks(chunks: Chunks, wanted: Wanted) -> dict[str, np.ndarray]:
    """The fields of a Vocabulary, from log-normalised expression that comes in chunks.

    The axes are those of all cells. Meta cells start from K-means on a sample of the cells, and become the means of their members
    among all cells, ``REFINEMENTS`` times and once more. Nothing depends on the order of the cells but the sample.
    """
    rng = np.random.default_rng([wanted.seed, 29])
    dims = min(wanted.components or MAX_COMPONENTS, chunks.genes)
    mean, variance, axes = principal_axes(chunks, wanted.scale, dims, rng)
    if wanted.components is None:
        sample = rows_of(chunks, _drawn(chunks.cells, NOISE_CELLS, rng))
        axes = axes[: signal_components((sample - mean) / wanted.scale, variance, wanted.seed)]
    origin = Nearest.of(mean, wanted.scale, axes, np.zeros((1, len(axes))))
    reduced = rows_of((origin.reduce(chunk) for chunk in chunks), _drawn(chunks.cells, SAMPLE, rng))
    kmeans = KMeans(wanted.tokens, n_init=1, max_iter=ITERATIONS, random_state=wanted.seed).fit(reduced)
    centroids = kmeans.cluster_centers_
    for _ in range(REFINEMENTS + 1):
        expression = member_means(chunks, Nearest.of(mean, wanted.scale, axes, centroids))
        centroids = origin.reduce(expression)
    in_space = Nearest.of(np.zeros(len(axes)), np.ones(len(axes)), np.eye(len(axes)), centroids)
    return fields(mean, axes, centroids, expression, in_space.distances(reduced), wanted)


def principal_axes(
    chunks: Chunks, scale: np.ndarray, dims: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean expression (genes,), variances (dims,) and principal axes (dims, genes) of expression divided by ``scale``.

    From the covariance of the genes, exactly; for more than ``MOST_COVARIANCE_GENES``, whose covariance would be too large, by
    subspace iteration (Halko, Martinsson and Tropp, SIAM Review 2011).
    """
    covariance = _covariance if chunks.genes <= MOST_COVARIANCE_GENES else _covariance_of_subspace
    mean, square, basis = covariance(chunks, scale, dims, rng)
    last = len(square) - 1
    variance, axes = linalg.eigh(square, subset_by_index=(last - dims + 1, last))
    axes = (basis @ axes if basis is not None else axes)[:, ::-1].T
    largest = np.abs(axes).argmax(axis=1)
    return mean, variance[::-1], axes * np.sign(axes[np.arange(dims), largest])[:, None]


def _covariance(
    chunks: Chunks, scale: np.ndarray, dims: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, None]:
    """Mean (genes,) and covariance (genes, genes) in one reading; shifted by the first chunk's mean, so that nothing cancels."""
    shift = next(iter(chunks)).mean(axis=0)
    total, square = np.zeros(chunks.genes), np.zeros((chunks.genes, chunks.genes))
    for chunk in chunks:
        scaled = (chunk - shift) / scale
        total += scaled.sum(axis=0, dtype=np.float64)
        square += scaled.T @ scaled
    mean = total / chunks.cells
    return shift + mean * scale, (square - chunks.cells * np.outer(mean, mean)) / (chunks.cells - 1), None


def _covariance_of_subspace(
    chunks: Chunks, scale: np.ndarray, dims: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean (genes,), and the covariance within a basis (genes, some) that has turned towards the principal axes."""
    mean = sum(chunk.sum(axis=0, dtype=np.float64) for chunk in chunks) / chunks.cells
    basis = np.linalg.qr(rng.normal(size=(chunks.genes, min(dims + SPARE_AXES, chunks.genes))))[0]
    for _ in range(POWER_PASSES):
        turned = np.zeros_like(basis)
        for chunk in chunks:
            scaled = (chunk - mean.astype(np.float32)) / scale
            turned += scaled.T @ (scaled @ basis.astype(np.float32))
        basis = np.linalg.qr(turned)[0]
    square = np.zeros((basis.shape[1], basis.shape[1]))
    for chunk in chunks:
        reduced = ((chunk - mean) / scale) @ basis
        square += reduced.T @ reduced
    return mean, square / (chunks.cells - 1), basis


def member_means(chunks: Chunks, nearest: Nearest) -> np.ndarray:
    """Mean expression (tokens, genes) of the cells nearest to each meta cell; meta cells without any are left out."""
    tokens = len(nearest.centroids)
    members, total = np.zeros(tokens), np.zeros((tokens, chunks.genes))
    for chunk in chunks:
        token = nearest.tokens(chunk)
        one = np.ones(len(chunk), dtype=np.float32)
        members += np.bincount(token, minlength=tokens)
        total += sparse.csr_matrix((one, (token, np.arange(len(chunk)))), shape=(tokens, len(chunk))) @ chunk
    used = members > 0
    return total[used] / members[used][:, None]


def _drawn(cells: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Which cells are in a sample, in rising order."""
    return np.sort(rng.choice(cells, min(cells, count), replace=False))
