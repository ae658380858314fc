"""Means over near cells, a compact group of cells at a time; also such that stop at borders, where alike places count most."""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from ripple_core import mapped
from ripple_core.encoded import Rows
from ripple_core.positions import tiles
from ripple_core.progress import Progress, finished

CELLS_AT_ONCE = 4096
JUDGED_CELLS = 2000
SOFTNESS = 1.0
"""The squared distance, in medians of all pairs of near cells, at which a cell counts 1/e of the cell itself."""
Weigh = Callable[[np.ndarray, np.ndarray], np.ndarray]


class Near:
    """The nearest cells of each cell, itself among them.

    Parameters
    ----------
    xy_um
        Where the cells are (cells, 2).
    neighbors
        How many; all, where there are fewer.
    """

    def __init__(self, xy_um: np.ndarray, neighbors: int) -> None:
        self.xy_um, self.count, self.tree = xy_um, min(neighbors, len(xy_um)), cKDTree(xy_um)

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Rows of the nearest cells (rows, neighbours), the nearest first."""
        return np.asarray(self.tree.query(self.xy_um[rows], k=self.count)[1]).reshape(len(rows), self.count)

    def averaged_iter(self, values: Rows, weigh: Weigh, said: str) -> Generator[Progress, None, np.ndarray]:
        """Mean (cells, dim), float32, of values over the nearest cells, a Progress a group of cells.

        ``weigh`` gives the weights (rows, neighbours) of some rows and their neighbours (rows, neighbours), which add up to 1.
        Of ``values`` only those are asked for that lie in or beside a group.
        """
        found, done = mapped.zeros((len(self.xy_um), values.shape[1])), 0
        for rows in tiles(self.xy_um, np.arange(len(self.xy_um)), CELLS_AT_ONCE):
            near = self.of(rows)
            found[rows] = _weighted(weigh(rows, near), near, values)
            done += len(rows)
            yield Progress(done, len(found), said)
        return found


def average_iter(
    xy_um: np.ndarray, values: Rows, neighbors: int, said: str = "averaging over near cells"
) -> Generator[Progress, None, np.ndarray]:
    """Plain mean (cells, dim), float32, of values over the nearest cells of each cell, a Progress for every 4,096 cells."""
    near = Near(xy_um, neighbors)
    return (yield from near.averaged_iter(values, lambda _, those: np.full(those.shape, 1 / near.count), said))


def alike_average(xy_um: np.ndarray, guide: np.ndarray, values: Rows, neighbors: int) -> np.ndarray:
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
    xy_um: np.ndarray, guide: np.ndarray, values: Rows, neighbors: int
) -> Generator[Progress, None, np.ndarray]:
    """The same, a Progress for every 4,096 cells."""
    near = Near(xy_um, neighbors)
    judged = np.arange(0, len(xy_um), max(1, len(xy_um) // JUDGED_CELLS))
    scale = SOFTNESS * max(float(np.median(_squared(guide, judged, near.of(judged)))), 1e-12)

    def weigh(rows: np.ndarray, those: np.ndarray) -> np.ndarray:
        weight = np.exp(-_squared(guide, rows, those) / scale)
        return np.asarray(weight / weight.sum(axis=1, keepdims=True))

    return (yield from near.averaged_iter(values, weigh, "averaging over places that are alike"))


def _squared(guide: np.ndarray, rows: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Squared distances (rows, neighbours) of some cells to their neighbours, component by component: little memory."""
    return sum(((part[near] - part[rows, None]) ** 2 for part in guide.T), np.zeros(near.shape, dtype=np.float64))


def _weighted(weight: np.ndarray, near: np.ndarray, values: Rows) -> np.ndarray:
    """Mean of neighbours' values (rows, dim) with weights (rows, neighbours) that add up to 1."""
    seen, place = np.unique(near, return_inverse=True)
    start = np.arange(0, weight.size + 1, weight.shape[1])
    return np.asarray(
        sparse.csr_matrix((weight.ravel(), place.ravel(), start), (len(weight), len(seen))) @ values[seen]
    )
