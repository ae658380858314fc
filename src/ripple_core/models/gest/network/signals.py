"""Signals: in which few directions cells of one identity vary with what their neighbours express, and which genes tell it.

Reduced-rank regression (Izenman 1975) of a cell's expression, apart from its identity's mean, on neighbourhood means of all genes.
Few directions explain nearly all that neighbours tell, as few programs are sent; the rest is noise of hundreds of genes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse
from scipy.spatial import cKDTree

from ripple_core.encoded import Rows

REACH = 4.0
ALONE = 0.5
ROWS = 500
MOST_CELLS = 30_000
SHRINKAGES = (2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
ENOUGH_SHRUNK, ENOUGH_RANK = 0.85, 0.9
MOST_CHANNELS = 12


@dataclass(frozen=True)
class Signals:
    """What reduced-rank regression found.

    Parameters
    ----------
    sources
        What each gene of a neighbourhood mean of each length adds to each channel (lengths, genes, channels).
    directions
        How a cell answers each channel, in spreads (genes, channels), orthonormal.
    gain
        Share of the variance within identities that the channels explain in cells nothing was fitted on.
    """

    sources: np.ndarray
    directions: np.ndarray
    gain: float


def neighborhood_weights(
    where_um: np.ndarray, sources: cKDTree, lengths_um: np.ndarray
) -> Iterator[tuple[slice, list[sparse.csr_array]]]:
    """For slices of the places (places, 2): one matrix (slice, sources) for each length, exp(−d / length), zero at distance 0."""
    for start in range(0, len(where_um), ROWS):
        rows = slice(start, min(start + ROWS, len(where_um)))
        here, reach = cKDTree(where_um[rows]), REACH * float(lengths_um.max())
        pairs = here.sparse_distance_matrix(sources, reach, output_type="ndarray")
        shape = (here.n, sources.n)
        matrices = []
        for length in lengths_um:
            near = pairs[(pairs["v"] <= REACH * length) & (pairs["v"] > 0)]
            weight = np.exp(-near["v"] / length).astype(np.float32)
            matrices.append(sparse.coo_array((weight, (near["i"], near["j"])), shape=shape).tocsr())
        yield rows, matrices


def neighborhood_means(
    where_um: np.ndarray, sources_um: np.ndarray, values: Rows, lengths_um: np.ndarray
) -> np.ndarray:
    """Means (places, lengths, width) of values (sources, width) around places, near ones counting more; lone places near 0.

    Only the values around some places are asked for at a time.
    """
    found = np.empty((len(where_um), len(lengths_um), values.shape[1]), dtype=np.float32)
    for rows, matrices in neighborhood_weights(where_um, cKDTree(sources_um), lengths_um):
        seen = np.unique(np.concatenate([matrix.indices for matrix in matrices]))
        near = values[seen]
        for i, matrix in enumerate(matrices):
            found[rows, i] = (matrix[:, seen] @ near) / (matrix.sum(axis=1)[:, None] + ALONE)
    return found


def find_signals(means: np.ndarray, deviation: np.ndarray, held: np.ndarray) -> Signals:
    """Reduced-rank regression of deviations (cells, genes) on neighbourhood means (cells, lengths, genes).

    Both apart from the means of each cell's identity. Fitted on cells that are not ``held`` (cells,); by those that are, the strongest
    shrinkage is taken whose gain is nearly the best (what is sent is told by many proxies: weaker shrinkage trusts odd contrasts of
    them), then the fewest channels.
    """
    flat = means.reshape(len(means), -1).astype(np.float64)
    fitted = ~held
    gram, along = flat[fitted].T @ flat[fitted], flat[fitted].T @ deviation[fitted]
    unit = np.trace(gram) / len(gram)
    left, spent = flat[held], float((deviation[held] ** 2).sum())

    def gain(weights: np.ndarray) -> float:
        return 1.0 - float(((deviation[held] - left @ weights) ** 2).sum()) / spent

    tried = []
    for shrinkage in SHRINKAGES:
        weights = linalg.solve(gram + shrinkage * unit * np.eye(len(gram)), along, assume_a="pos")
        tried.append((gain(weights), weights))
    best = max(found for found, _ in tried)
    weights = [weights for found, weights in tried if found >= min(best, ENOUGH_SHRUNK * best)][-1]
    answered = weights.T @ gram @ weights
    last = len(answered) - 1
    directions = linalg.eigh(answered, subset_by_index=[max(0, last + 1 - MOST_CHANNELS), last])[1][:, ::-1]
    gains = [
        gain(weights @ directions[:, :rank] @ directions[:, :rank].T) for rank in range(1, directions.shape[1] + 1)
    ]
    rank = 1 + int(np.argmax(np.array(gains) >= min(max(gains), ENOUGH_RANK * max(gains))))
    kept = directions[:, :rank].copy()
    return Signals((weights @ kept).reshape(*means.shape[1:], rank), kept, gains[rank - 1])
