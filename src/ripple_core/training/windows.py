"""Spatial batches: windows of neighbouring cells, rotated and mirrored, in a reading order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from ripple_core.encoded import Rows
from ripple_core.errors import DataError, sentence

Serializer = Callable[[np.ndarray, np.random.Generator], np.ndarray]
FAR, APART = 1e4, 10.0


@dataclass(frozen=True)
class Tissue:
    """What training needs of a section: positions (cells, 2) µm, expression (cells, genes), token (cells,), and a search tree.

    The expression is asked for window by window.
    """

    xy_um: np.ndarray
    expression: Rows
    token: np.ndarray
    tree: cKDTree

    @classmethod
    def of(cls, xy_um: np.ndarray, expression: Rows, token: np.ndarray) -> Tissue:
        """Build the search tree."""
        return cls(xy_um, expression, token, cKDTree(xy_um))


@dataclass(frozen=True)
class Batch:
    """Windows in reading order; where they hold unequal numbers of cells, the shorter ones are filled up at their ends.

    A cell sees only cells that are read before it, so that what fills a window is seen by no real cell; the loss leaves it out.

    Parameters
    ----------
    expression
        (batch, cells, genes), log-normalised.
    token
        Nearest meta cell (batch, cells).
    place
        (batch, cells, 2) in half sides; what fills a window lies far from all cells.
    length
        Real cells of each window (batch,); None: all of them.
    seen
        What a model reads in place of ``expression`` (batch, cells, genes); None: not decided yet.
    """

    expression: np.ndarray
    token: np.ndarray
    place: np.ndarray
    length: np.ndarray | None = None
    seen: np.ndarray | None = None

    @property
    def asked(self) -> int:
        """Cells that are predicted: the real ones, less the first of each window."""
        windows, cells = self.token.shape
        return windows * (cells - 1) if self.length is None else int((self.length - 1).sum())

    @property
    def is_asked(self) -> np.ndarray | None:
        """Which predictions (batch, cells − 1) are of real cells; None: all of them."""
        return None if self.length is None else np.arange(1, self.token.shape[1]) < self.length[:, None]

    def windows(self, part: slice) -> Batch:
        """Some of the windows, no longer than the longest of them."""
        length = None if self.length is None else self.length[part]
        cells = self.token.shape[1] if length is None else int(length.max())
        expression, token, place = (values[part, :cells] for values in (self.expression, self.token, self.place))
        seen = None if self.seen is None else self.seen[part, :cells]
        return Batch(expression, token, place, length, seen)


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
        Cells of a window: those nearest to a random centre; a section with fewer gives shorter windows.
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
        self.cells = cells
        self.window_um = window_um
        self.serializer = serializer
        self.augment = augment
        size = np.array([len(t.xy_um) for t in tissues], dtype=float)
        size[size < 2] = 0
        if not size.any():
            found = "sections of a single cell" if tissues else "none"
            raise DataError(sentence("a section with at least 2 cells", found, "Add cells or leave the section out"))
        self.share = size / size.sum()

    def draw(self, rng: np.random.Generator, batch: int) -> Batch:
        """One batch of windows."""
        return stack([self._window(rng) for _ in range(batch)])

    def _window(self, rng: np.random.Generator) -> Batch:
        tissue = self.tissues[rng.choice(len(self.tissues), p=self.share)]
        center = tissue.xy_um[rng.integers(len(tissue.xy_um))]
        chosen = np.atleast_1d(tissue.tree.query(center, k=min(self.cells, len(tissue.xy_um)))[1])
        xy = tissue.xy_um[chosen] - center
        if self.augment:
            xy = turn_and_mirror(xy, rng)
        order = self.serializer(xy, rng)
        place = xy[order] / (self.window_um / 2)
        return Batch(
            tissue.expression[chosen[order]][None], tissue.token[chosen[order]][None], place[None].astype(np.float32)
        )


def stack(windows: list[Batch]) -> Batch:
    """Single windows as one batch, filled up to the longest of them."""
    length = np.array([window.token.shape[1] for window in windows])
    longest = int(length.max())
    expression, token, place = (
        np.concatenate([_filled(getattr(window, name), longest, name) for window in windows])
        for name in ("expression", "token", "place")
    )
    return Batch(expression, token, place, None if (length == longest).all() else length)


def _filled(values: np.ndarray, cells: int, name: str) -> np.ndarray:
    """Values (1, cells, ...) with zeros behind them; places far away from all cells and from each other."""
    missing = cells - values.shape[1]
    if missing == 0:
        return values
    fill = np.zeros((1, missing, *values.shape[2:]), dtype=values.dtype)
    if name == "place":
        fill[..., 0] = FAR + APART * np.arange(missing)
    return np.concatenate([values, fill], axis=1)
