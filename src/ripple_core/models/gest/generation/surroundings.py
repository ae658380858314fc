"""The cells of a scene as its windows see them, and windows that are generated side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from ripple_core.models.contract import Scene
from ripple_core.models.gest.config import GestConfig
from ripple_core.models.gest.generation.waves import Group

GROUP_SHARE = 0.3
NOWHERE, STEP = 1e4, 1e2
"""Places of padding, in half sides: so far from all cells and from each other that no weight of distance is above zero."""


@dataclass(frozen=True)
class Window:
    """One group of targets and what is known around it.

    Parameters
    ----------
    known
        Expression (lines, cells, genes) of the known cells, in reading order.
    place
        Their places (cells, 2), relative to the window's centre in half sides.
    target_place, targets
        Places (targets, 2) to generate, in order, and what the scene calls them (targets,).
    shared
        How many of the first known cells are the same on every line.
    """

    known: np.ndarray
    place: np.ndarray
    target_place: np.ndarray
    targets: np.ndarray
    shared: int = 0


@dataclass(frozen=True)
class Windows:
    """Windows that are generated side by side: they share nothing but the time of their steps.

    Parameters
    ----------
    known
        Expression (windows, lines, cells, genes) of the cells that are known, in reading order.
    place
        Their places (windows, cells, 2), relative to each window's centre in half sides.
    target_place
        The places to generate (windows, targets, 2), in order.
    targets
        What the scene calls them (windows, targets); −1 behind the last target of a window that has fewer. Windows with more targets
        stand first.
    absent
        Where there is no cell (windows, cells), behind the last known cell of a window that has fewer; None: nowhere.
    shared
        How many of the first known cells of each window are the same on every line.
    alike
        How many windows, one after the other, have the same first ``shared`` cells: draws of one order.
    """

    known: Tensor
    place: Tensor
    target_place: Tensor
    targets: np.ndarray
    absent: Tensor | None = None
    shared: int = 0
    alike: int = 1

    @property
    def shape(self) -> tuple[int, int, int]:
        """Windows, lines and known cells, those that are absent among them."""
        windows, lines, cells, _ = self.known.shape
        return windows, lines, cells

    def of(self, number: int) -> tuple[Tensor, Tensor, Tensor]:
        """Known cells (lines, cells, genes), their places and the targets' places of one window, without padding."""
        cells = self.shape[2] if self.absent is None else int((~self.absent[number]).sum())
        return self.known[number, :, :cells], self.place[number, :cells], self.target_place[number]

    @classmethod
    def stacked(cls, windows: Sequence[Window], device: torch.device) -> Windows:
        """Windows of as many lines each, those with more targets first."""
        cells, most = max(len(w.place) for w in windows), max(len(w.targets) for w in windows)
        lines, _, genes = windows[0].known.shape
        known = np.zeros((len(windows), lines, cells, genes), np.float32)
        place = np.zeros((len(windows), cells, 2), np.float32)
        place[:] = np.stack([NOWHERE + STEP * np.arange(cells), np.full(cells, NOWHERE)], axis=1)
        absent = np.ones((len(windows), cells), dtype=bool)
        targets = np.full((len(windows), most), -1)
        target_place = np.empty((len(windows), most, 2), np.float32)
        for i, window in enumerate(windows):
            count = len(window.place)
            known[i, :, :count], place[i, :count], absent[i, :count] = window.known, window.place, False
            targets[i, : len(window.targets)] = window.targets
            target_place[i] = np.pad(window.target_place, ((0, most - len(window.targets)), (0, 0)), mode="edge")
        there = partial(torch.as_tensor, device=device)
        hidden = there(absent) if absent.any() else None
        shared = min(window.shared for window in windows)
        alike = _alike(known[:, 0, :shared], place[:, :shared]) if shared else 1
        return cls(there(known), there(place), there(target_place), targets, hidden, shared, alike)


def _alike(known: np.ndarray, place: np.ndarray) -> int:
    """How many windows after each other are the same in known (windows, cells, genes) and place (windows, cells, 2)."""
    differs = (place[1:] != place[:-1]).any(axis=(1, 2)) | (known[1:] != known[:-1]).any(axis=(1, 2))
    starts = np.concatenate([[0], np.flatnonzero(differs) + 1, [len(place)]])
    return int(np.gcd.reduce(np.diff(starts)))


class Surroundings:
    """The cells of a scene as its windows see them: given ones, and those that have been generated.

    Parameters
    ----------
    seed
        Of the reading order of each window's known cells.
    shares
        Whether cells that are the same on every line are read first, and in the order that every seed gives them, so that they are read
        once for all lines, and for all draws; else in any order.
    """

    def __init__(self, scene: Scene, config: GestConfig, seed: int, *, shares: bool = False) -> None:
        self.config, self.seed = config, seed
        self.shared = scene.shared if shares else 0
        self.given = len(scene.known_xy_um)
        self.xy = np.concatenate([scene.known_xy_um, scene.target_xy_um])
        lines, _, genes = scene.shape
        self.scene = scene
        self.generated = np.zeros((lines, len(scene.target_xy_um), genes), np.float32)
        self.is_known = np.arange(len(self.xy)) < self.given
        self.tree = cKDTree(self.xy)

    def write(self, targets: np.ndarray, expression: np.ndarray) -> None:
        """Keep what was generated of targets (lines, cells, genes)."""
        self.generated[:, targets] = expression

    def finish(self, group: Group) -> None:
        """Let later windows see the targets of a group."""
        self.is_known[self.given + group.targets] = True

    def window(self, group: Group) -> Window:
        """A group's targets and the known cells nearest to its centre, as many as fit beside them."""
        rows, half_um = self._known_near(group), self.config.window_um / 2
        order = np.random.default_rng([self.seed, 5, group.number]).permutation(rows)
        common = np.random.default_rng([5, group.number]).permutation(np.sort(rows[rows < self.shared]))
        order = np.concatenate([common, order[order >= self.shared]])
        place = (self.xy[order] - group.center_um) / half_um
        target_place = (self.xy[self.given + group.targets] - group.center_um) / half_um
        return Window(self._expression(order), place, target_place, group.targets, len(common))

    def group_radius(self) -> float:
        """A radius that holds about ``GROUP_SHARE`` of a window's cells at this tissue's density."""
        sample = self.tree.data[:: max(1, self.tree.n // 200)]
        k = min(self.tree.n, max(2, int(GROUP_SHARE * self.config.max_cells)))
        return float(np.median(self.tree.query(sample, k=k)[0][:, -1]))

    def _known_near(self, group: Group) -> np.ndarray:
        """The known cells nearest to a group's centre, as many as fit into a window beside its targets."""
        config = self.config
        reach = config.window_um / 2 * np.sqrt(2)
        k = min(self.tree.n, 4 * config.max_cells)
        nearest = np.atleast_1d(self.tree.query(group.center_um, k=k, distance_upper_bound=reach)[1])
        nearest = nearest[nearest < self.tree.n]
        return nearest[self.is_known[nearest]][: max(8, config.max_cells - len(group.targets))]

    def _expression(self, rows: np.ndarray) -> np.ndarray:
        """Expression (lines, rows, genes) of known cells."""
        given = rows < self.given
        found = np.empty((len(self.generated), len(rows), self.generated.shape[2]), np.float32)
        found[:, given] = self.scene.expression(rows[given])
        found[:, ~given] = self.generated[:, rows[~given] - self.given]
        return found
