"""Spatial batches: windows of neighbouring cells, rotated and mirrored, in a reading order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

Serializer = Callable[[np.ndarray, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Tissue:
    """What training needs of a section: positions (cells, 2) µm, expression (cells, genes), token (cells,), and a search tree."""

    xy_um: np.ndarray
    expression: np.ndarray
    token: np.ndarray
    tree: cKDTree

    @classmethod
    def of(cls, xy_um: np.ndarray, expression: np.ndarray, token: np.ndarray) -> Tissue:
        """Build the search tree."""
        return cls(xy_um, expression, token, cKDTree(xy_um))


@dataclass(frozen=True)
class Batch:
    """Windows in reading order: expression (batch, cells, genes), token (batch, cells), place (batch, cells, 2) in half sides."""

    expression: np.ndarray
    token: np.ndarray
    place: np.ndarray


def turn_and_mirror(xy_um: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Positions (cells, 2) turned by a random angle and mirrored half of the time: the same tissue seen otherwise."""
    angle = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if rng.random() < 0.5:
        turn = turn @ np.diag([1.0, -1.0])
    return xy_um @ turn


class WindowSampler:
    """Draws batches of windows from sections, each section in proportion to its cells.

    Parameters
    ----------
    tissues
        Sections to draw from.
    cells
        Cells of a window: those nearest to a random centre.
    window_um
        Side of the window that places are measured by.
    serializer
        Gives the reading order of a window's positions.
    augment
        Turn and mirror the windows.
    """

    def __init__(
        self, tissues: list[Tissue], *, cells: int, window_um: float, serializer: Serializer, augment: bool = True
    ) -> None:
        self.tissues = tissues
        self.cells = min(cells, *(len(t.xy_um) for t in tissues))
        self.window_um = window_um
        self.serializer = serializer
        self.augment = augment
        size = np.array([len(t.xy_um) for t in tissues], dtype=float)
        self.share = size / size.sum()

    def draw(self, rng: np.random.Generator, batch: int) -> Batch:
        """One batch of windows."""
        return stack([self._window(rng) for _ in range(batch)])

    def _window(self, rng: np.random.Generator) -> Batch:
        tissue = self.tissues[rng.choice(len(self.tissues), p=self.share)]
        center = tissue.xy_um[rng.integers(len(tissue.xy_um))]
        chosen = np.atleast_1d(tissue.tree.query(center, k=self.cells)[1])
        xy = tissue.xy_um[chosen] - center
        if self.augment:
            xy = turn_and_mirror(xy, rng)
        order = self.serializer(xy, rng)
        place = xy[order] / (self.window_um / 2)
        return Batch(
            tissue.expression[chosen[order]][None], tissue.token[chosen[order]][None], place[None].astype(np.float32)
        )


def stack(windows: list[Batch]) -> Batch:
    """Several batches as one."""
    return Batch(*(np.concatenate([getattr(w, name) for w in windows]) for name in ("expression", "token", "place")))
