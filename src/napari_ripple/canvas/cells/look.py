"""How cells look: one number a cell and a table of colours; the same for our own drawing and for napari's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Look:
    """The colours of some cells.

    Parameters
    ----------
    values
        Numbers (cells,) float32, NaN where there is no value. An array that has been shown is never changed in place.
    table
        Colours (colours, 4) from 0 to 1.
    limits
        The values that get the first and the last colour of the table.
    unknown
        Colour (4,) of cells without a value.
    is_number
        Whether the values mean something to a reader, so that the status bar names them.
    """

    values: np.ndarray
    table: np.ndarray
    limits: tuple[float, float]
    unknown: np.ndarray
    is_number: bool = False

    @property
    def step(self) -> float:
        """Colours of the table for one unit of the values."""
        low, high = self.limits
        return (len(self.table) - 1) / max(high - low, 1e-12)

    def rgba(self, rows: Any = slice(None)) -> np.ndarray:
        """Colours (cells, 4) float32 of all cells, or of those at ``rows``."""
        values = self.values[rows]
        known = np.isfinite(values)
        place = (np.where(known, values, np.float32(self.limits[0])) - np.float32(self.limits[0])) * np.float32(
            self.step
        )
        colors = self.table[np.clip(place, 0, len(self.table) - 1).astype(np.int64)].astype(np.float32)
        colors[~known] = self.unknown
        return colors

    def resized(self, cells: int) -> Look:
        """The look of so many cells: the first ones, or all with new ones that have no value."""
        values = np.full(cells, np.nan, dtype=np.float32)
        kept = min(cells, len(self.values))
        values[:kept] = self.values[:kept]
        return replace(self, values=values)

    def without(self, rows: Any) -> Look:
        """The look of the cells that are left when those at ``rows`` are taken away."""
        return replace(self, values=np.delete(self.values, rows))


def from_colors(colors: np.ndarray) -> Look:
    """The look of cells that have been given any colours (cells, 4): the different ones become the table."""
    bytes_ = np.ascontiguousarray(np.round(np.asarray(colors, dtype=np.float64) * 255).astype(np.uint8))
    different, place = np.unique(bytes_.view(np.uint32).ravel(), return_inverse=True)
    table = different.view(np.uint8).reshape(-1, 4).astype(np.float32) / 255
    if not len(table):
        table = np.ones((1, 4), dtype=np.float32)
    return Look(place.astype(np.float32), table, (0.0, float(max(len(table) - 1, 0))), table[0])
