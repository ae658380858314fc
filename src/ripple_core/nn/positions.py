"""The 2-D sinusoidal encoding of places, as in a vision transformer, with wavelengths from a cell to a window."""

from __future__ import annotations

import math

import torch
from torch import Tensor

SHORTEST = 0.06
LONGEST = 8.0


def sinusoid_2d(xy: Tensor, dim: int) -> Tensor:
    """Encode places (..., 2), relative to the window's centre in units of its half side, as (..., dim).

    A quarter of ``dim`` wavelengths for each axis, spaced geometrically from ``SHORTEST`` (18 µm in a 600 µm window, about
    two cells) to ``LONGEST`` half sides; sine and cosine of each.
    """
    count = dim // 4
    wavelength = torch.logspace(math.log10(SHORTEST), math.log10(LONGEST), count, device=xy.device, dtype=xy.dtype)
    phase = xy[..., None] * (2 * math.pi / wavelength)
    return torch.cat([phase.sin(), phase.cos()], dim=-1).flatten(-2)
