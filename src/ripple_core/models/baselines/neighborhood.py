"""What lies around a place: averages over near known cells, and the features that learned baselines read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from ripple_core.models.baselines.lesson import HIDDEN_SIZES, Cells
from ripple_core.models.contract import Scene

SCALES = (1, 3, 10, 30, 100)


def nearest_average(known_xy_um: np.ndarray, target_xy_um: np.ndarray, k: int) -> sparse.csr_matrix:
    """Weights (targets, known) that average the k nearest known cells of each target."""
    k = min(k, len(known_xy_um))
    near = cKDTree(known_xy_um).query(target_xy_um, k=k)[1].reshape(-1)
    start = np.arange(0, len(near) + 1, k)
    return sparse.csr_matrix((np.full(len(near), 1.0 / k), near, start), (len(target_xy_um), len(known_xy_um)))


def radius_average(known_xy_um: np.ndarray, target_xy_um: np.ndarray, radius_um: float) -> sparse.csr_matrix:
    """Weights (targets, known) that average all known cells within a radius; the nearest one where there is none."""
    tree = cKDTree(known_xy_um)
    nearest = tree.query(target_xy_um, k=1)[1]
    found = [near or [one] for near, one in zip(tree.query_ball_point(target_xy_um, radius_um), nearest)]
    count = np.array([len(near) for near in found])
    start = np.concatenate([[0], np.cumsum(count)])
    weights = np.repeat(1.0 / count, count)
    return sparse.csr_matrix((weights, np.concatenate(found), start), (len(target_xy_um), len(known_xy_um)))


def nearest_known(scene: Scene, count: int) -> np.ndarray:
    """Rows of the known cells that are nearest to any target, at most ``count``, ascending."""
    distance = cKDTree(scene.target_xy_um).query(scene.known_xy_um)[0]
    return np.sort(np.argsort(distance, kind="stable")[:count])


def features(tree: cKDTree, values: np.ndarray, target_xy_um: np.ndarray, pitch_um: float) -> np.ndarray:
    """What each target sees: means of its 1, 3, 10, 30 and 100 nearest known cells, and how far away those are.

    Parameters
    ----------
    tree
        Of the known positions.
    values
        What is averaged (lines, known, dim).
    pitch_um
        Distance between neighbouring cells, in which distances are counted.

    Returns
    -------
    Features (lines, targets, scales · (dim + 1)).
    """
    widest = min(max(SCALES), tree.n)
    distance, near = (found.reshape(len(target_xy_um), widest) for found in tree.query(target_xy_um, k=widest))
    parts = [values[:, near[:, :k]].mean(axis=2) for k in SCALES]
    far = np.stack([np.log1p(distance[:, min(k, widest) - 1] / pitch_um) for k in SCALES], axis=-1)
    return np.concatenate([*parts, np.broadcast_to(far, (len(values), *far.shape))], axis=-1)


def examples(
    sections: Sequence[Cells], values: Sequence[np.ndarray], pitch_um: float, count: int, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """About ``count`` hidden cells: their features (cells, features) and true expression (cells, genes), disc by disc.

    ``values`` (cells, dim) of each section is what the features average.
    """
    drawn = 0
    while drawn < count:
        section = int(rng.integers(len(sections)))
        cells = sections[section]
        center = cells.xy_um[rng.integers(len(cells.xy_um))]
        inside, around = cells.disc(center, int(rng.choice(HIDDEN_SIZES)))
        seen = features(cKDTree(cells.xy_um[around]), values[section][around][None], cells.xy_um[inside], pitch_um)
        drawn += len(inside)
        yield seen[0], cells.expression[inside]
