"""The 2-D sinusoidal encoding of places, as in a vision transformer."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def sinusoid_2d(xy: Tensor, dim: int, wavelengths: tuple[float, float]) -> Tensor:
    """Encode places (..., 2) as (..., dim).

    A quarter of ``dim`` wavelengths for each axis, spaced geometrically from the shortest to the longest of ``wavelengths``, which are in
    the unit of the places; sine and cosine of each.
    """
    shortest, longest = map(math.log10, wavelengths)
    wavelength = torch.logspace(shortest, longest, dim // 4, device=xy.device, dtype=xy.dtype)
    phase = xy[..., None] * (2 * math.pi / wavelength)
    return torch.cat([phase.sin(), phase.cos()], dim=-1).flatten(-2)
