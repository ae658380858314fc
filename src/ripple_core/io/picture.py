"""One picture of the tissue: its pixels, in memory or left in their file, and where they lie in µm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

DARKEST, BRIGHTEST = 1.0, 99.8
"""Percentiles of a stain that become black and white."""


@dataclass(frozen=True, eq=False)
class TissueImage:
    """One picture under the cells.

    Parameters
    ----------
    library, kind
        Which section it is of, and what it shows: ``hires``, ``DAPI``, …
    pixels
        Values (rows, columns) or colours (rows, columns, 3 or 4): an array, or a dask array that is read piece by piece.
    to_um
        Matrix (3, 3) that takes the middle of pixel (column, row, 1) to (x, y, 1) in µm.
    coarser
        The same in fewer pixels, larger ones first, over the same area; what is seen from far is taken from them.
    limits
        Values that become black and white; None for colours.
    is_shown
        False for one that waits hidden until it is wanted.
    """

    library: str
    kind: str
    pixels: Any
    to_um: np.ndarray
    coarser: tuple[Any, ...] = ()
    limits: tuple[float, float] | None = None
    is_shown: bool = True

    @property
    def title(self) -> str:
        """What it is called."""
        return f"image of {self.library} ({self.kind})"

    @property
    def um_per_pixel(self) -> float:
        """Side of a pixel in µm; of pixels that are no squares, of the square of the same area."""
        return float(np.sqrt(abs(np.linalg.det(self.to_um[:2, :2]))))

    def hidden(self) -> TissueImage:
        """The same, waiting hidden."""
        return replace(self, is_shown=False)

    @property
    def is_color(self) -> bool:
        """Whether the pixels are colours."""
        return len(self.pixels.shape) == 3


def scaling(um_per_pixel: float) -> np.ndarray:
    """The matrix (3, 3) of pixels that begin at (0, 0) µm."""
    return np.diag([um_per_pixel, um_per_pixel, 1.0])


def limits(values: np.ndarray) -> tuple[float, float]:
    """Values that become black and white, from a small copy (rows, columns) of a stain; what was never measured is 0."""
    measured = values[values > 0]
    low, high = np.percentile(measured, (DARKEST, BRIGHTEST)) if measured.size else (0.0, 1.0)
    return float(low), float(max(high, low + 1.0))
