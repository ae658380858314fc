"""Means over near cells that stop at borders: of the nearest cells, those count most that stand in a place like this one."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from ripple_core.progress import Progress, finished

CELLS_AT_ONCE = 4096
JUDGED_CELLS = 2000
SOFTNESS = 1.0
"""The squared distance, in medians of all pairs of near cells, at which a cell counts 1/e of the cell itself."""


def alike_average(xy_um: np.ndarray, guide: np.ndarray, values: np.ndarray, neighbors: int) -> np.ndarray:
    """Weighted mean (cells, dim), float32, of values over the nearest cells of each cell, itself among them.

    A plain mean over many cells is calm and blurs the borders between regions; over few it is sharp and noisy. Weighing by
    likeness lets it be taken over many without crossing a border (a bilateral filter, Tomasi & Manduchi, ICCV 1998).

    Parameters
    ----------
    xy_um
        Where the cells are (cells, 2).
    guide
        What tells how alike two places are (cells, components): by the squared distance between them.
    values
        What is averaged (cells, dim).
    """
    return finished(alike_average_iter(xy_um, guide, values, neighbors))


def alike_average_iter(
    xy_um: np.ndarray, guide: np.ndarray, values: np.ndarray, neighbors: int
) -> Generator[Progress, None, np.ndarray]:
    """The same, a Progress for every 4,096 cells."""
    count = min(neighbors, len(xy_um))
    tree = cKDTree(xy_um)

    def nearest(rows: np.ndarray) -> np.ndarray:
        return np.asarray(tree.query(xy_um[rows], k=count)[1]).reshape(len(rows), count)

    judged = np.arange(0, len(xy_um), max(1, len(xy_um) // JUDGED_CELLS))
    scale = SOFTNESS * max(float(np.median(_squared(guide, judged, nearest(judged)))), 1e-12)
    found = np.empty((len(xy_um), values.shape[1]), dtype=np.float32)
    for start in range(0, len(xy_um), CELLS_AT_ONCE):
        rows = np.arange(start, min(start + CELLS_AT_ONCE, len(xy_um)))
        near = nearest(rows)
        weight = np.exp(-_squared(guide, rows, near) / scale)
        found[rows] = _weighted(weight / weight.sum(axis=1, keepdims=True), near, values)
        yield Progress(int(rows[-1]) + 1, len(xy_um), "averaging over places that are alike")
    return found


def _squared(guide: np.ndarray, rows: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Squared distances (rows, neighbours) of some cells to their neighbours, component by component: little memory."""
    return sum(((part[near] - part[rows, None]) ** 2 for part in guide.T), np.zeros(near.shape, dtype=np.float64))


def _weighted(weight: np.ndarray, near: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Mean of neighbours' values (rows, dim) with weights (rows, neighbours) that add up to 1."""
    start = np.arange(0, weight.size + 1, weight.shape[1])
    shape = (len(weight), len(values))
    return np.asarray(sparse.csr_matrix((weight.ravel(), near.ravel(), start), shape) @ values)
