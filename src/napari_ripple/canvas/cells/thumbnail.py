"""The small picture of a layer of cells in the list of layers."""

from __future__ import annotations

import numpy as np

from napari_ripple.canvas.cells.look import Look

MOST_CELLS = 1024


def thumbnail(positions: np.ndarray, look: Look, shape: tuple[int, int]) -> np.ndarray:
    """A picture (height, width, 4) of cells at ``positions`` (cells, 2) in (row, column); black where there are none.

    At most 1024 cells, evenly chosen, are drawn.
    """
    picture = np.zeros((*shape, 4))
    picture[..., 3] = 1.0
    rows = np.arange(0, len(positions), max(1, len(positions) // MOST_CELLS))
    if not len(rows):
        return picture
    drawn = positions[rows]
    low, high = drawn.min(axis=0), drawn.max(axis=0)
    scale = float(np.min((np.array(shape) - 1) / np.maximum(high - low, 1e-9)))
    start = (np.array(shape) - 1 - (high - low) * scale) / 2
    place = np.round((drawn - low) * scale + start).astype(np.int64)
    colors = look.rgba(rows)
    seen = colors[:, 3] > 0
    picture[place[seen, 0], place[seen, 1]] = colors[seen]
    return picture
