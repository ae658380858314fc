"""Positions of cells: in which unit they are, which are repeated, how far apart neighbours are, and which lie together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

PLAUSIBLE_NEAREST_UM = (1.0, 300.0)
CELL_PITCH_UM = 10.0
EXACT_CELLS, SAMPLED_CELLS = 50_000, 20_000
"""Of more cells than the first the distance to the nearest is taken of a sample; reports say so."""


def nearest(xy: np.ndarray) -> float:
    """Median distance from a position (cells, 2) to its nearest other one, in the positions' own unit.

    Of more than 50,000 cells 20,000, chosen evenly, stand for all; their neighbours are looked for among all.
    """
    if len(xy) < 2:
        return 0.0
    if len(xy) <= EXACT_CELLS:
        return float(np.median(cKDTree(xy).query(xy, k=2)[0][:, 1]))
    tree = cKDTree(xy, balanced_tree=False, compact_nodes=False)
    asked = xy[np.random.default_rng(0).choice(len(xy), SAMPLED_CELLS, replace=False)]
    return float(np.median(tree.query(asked, k=2)[0][:, 1]))


def is_sampled(cells: int) -> bool:
    """Whether :func:`nearest` asks only some of so many cells."""
    return cells > EXACT_CELLS


def repeats(xy: np.ndarray, sections: np.ndarray | None = None) -> np.ndarray:
    """Which positions (cells, 2) are those of an earlier cell, as a mask (cells,).

    ``sections`` (cells,) names the section of each cell; sections of one file may overlap.
    """
    if sections is None:
        return _repeats(xy)
    found = np.zeros(len(xy), dtype=bool)
    codes = pd.factorize(sections)[0]
    for code in range(codes.max(initial=-1) + 1):
        rows = np.flatnonzero(codes == code)
        found[rows] = _repeats(xy[rows])
    return found


def in_micrometres(xy: np.ndarray, repeated: np.ndarray, *, is_stated: bool) -> tuple[np.ndarray, list[str]]:
    """Positions (cells, 2), float64, in µm, and what was assumed to get them, one sentence each.

    ``repeated`` is what :func:`repeats` found; ``is_stated`` says that the file names the unit.
    """
    xy = np.array(xy, dtype=np.float64)
    notes: list[str] = []
    count = int(repeated.sum())
    if count:
        notes.append(f"{count} cells share their position with another cell; they are kept as they are.")
    if is_stated:
        return xy, notes
    unique = xy[~_repeats(xy)]
    if len(unique) < 3:
        return xy, notes
    apart = nearest(unique)
    low, high = PLAUSIBLE_NEAREST_UM
    if not low <= apart <= high:
        xy *= CELL_PITCH_UM / apart
        notes.append(
            f"The unit of the positions is unknown (nearest cells are {apart:.3g} apart); "
            f"they were scaled so that nearest cells are {CELL_PITCH_UM:g} µm apart."
        )
    return xy, notes


def tiles(xy: np.ndarray, rows: np.ndarray, size: int) -> list[np.ndarray]:
    """Rows of positions (cells, 2) in compact groups of at most ``size``: halved along the longer side, again and again."""
    if len(rows) <= size:
        return [rows]
    axis = np.ptp(xy[rows], axis=0).argmax()
    ordered = rows[np.argsort(xy[rows, axis], kind="stable")]
    half = len(ordered) // 2
    return tiles(xy, ordered[:half], size) + tiles(xy, ordered[half:], size)


def _repeats(xy: np.ndarray) -> np.ndarray:
    x, y = (xy[:, axis].astype(np.float64) + 0.0 for axis in (0, 1))  # -0.0 becomes 0.0
    return pd.Series(x + 1j * y).duplicated().to_numpy()
