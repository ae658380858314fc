"""Which targets share a window, and which windows may be generated side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

LOOK_AHEAD = 400


@dataclass(frozen=True)
class Group:
    """Targets (cells,) of one window in their order; ``number`` counts the groups of a scene, ``center_um`` (2,) is their mean."""

    number: int
    targets: np.ndarray
    center_um: np.ndarray

    def radius_um(self, xy_um: np.ndarray) -> float:
        """Farthest target from the centre."""
        return float(np.linalg.norm(xy_um[self.targets] - self.center_um, axis=1).max())


def groups(targets_xy_um: np.ndarray, radius_um: float) -> Iterator[Group]:
    """Split targets, kept in their order, into groups that fit one window: the first left over and those soon due near it."""
    soon, due, number = np.arange(min(LOOK_AHEAD, len(targets_xy_um))), LOOK_AHEAD, 0
    while len(soon):
        near = np.linalg.norm(targets_xy_um[soon] - targets_xy_um[soon[0]], axis=1) <= radius_um
        targets = soon[near]
        yield Group(number, targets, targets_xy_um[targets].mean(axis=0))
        refill = np.arange(due, min(due + len(targets), len(targets_xy_um)))
        soon, due, number = np.concatenate([soon[~near], refill]), due + len(targets), number + 1


def groups_of_any_order(targets_xy_um: np.ndarray, sources_xy_um: np.ndarray, radius_um: float) -> Iterator[Group]:
    """The same groups whatever the order of the targets, nearest to the sources (cells, 2) first; inside a group they keep their order."""
    far = np.zeros(len(targets_xy_um))
    if len(sources_xy_um):
        far = cKDTree(sources_xy_um).query(targets_xy_um)[0]
    outward = np.lexsort((*targets_xy_um.T, far))
    for group in groups(targets_xy_um[outward], radius_um):
        yield Group(group.number, np.sort(outward[group.targets]), group.center_um)


def waves(found: Iterator[Group], xy_um: np.ndarray, apart_um: float, most: int) -> Iterator[list[Group]]:
    """Groups in waves of at most ``most``: those of one wave are ``apart_um`` from each other and generated side by side.

    A group comes after every earlier group that is nearer than ``apart_um``, so that it sees what it would have seen of them; of groups
    farther off it may see less, or more. With ``apart_um`` 0 each group is a wave of its own, in order: the exact sequence.
    """
    if apart_um <= 0 or most == 1:
        yield from ([group] for group in found)
        return
    every = list(found)
    centers = np.stack([group.center_um for group in every])
    radius = np.array([group.radius_um(xy_um) for group in every])
    tree, level = cKDTree(centers), np.zeros(len(every), dtype=np.int64)
    for i in range(len(every)):
        near = np.array(tree.query_ball_point(centers[i], apart_um + radius[i] + radius.max()))
        before = near[near < i]
        gap = np.linalg.norm(centers[before] - centers[i], axis=1) - radius[before] - radius[i]
        level[i] = 1 + max(level[before[gap < apart_um]], default=-1)
    order = np.argsort(level, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(level[order])) + 1):
        for start in range(0, len(rows), most):
            yield [every[i] for i in rows[start : start + most]]
