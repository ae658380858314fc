"""Drawing one of many from logits, with the same noise for every line of a cell."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

CELL_STRIDE = 1_000_003


def noise(seed: int, cells: np.ndarray, width: int) -> Tensor:
    """Gumbel noise (cells, width), each cell's from its own stream: the same whenever and beside whatever the cell is drawn."""
    drawn = [
        torch.rand(width, generator=torch.Generator().manual_seed(seed * CELL_STRIDE + int(cell))) for cell in cells
    ]
    uniform = torch.stack(drawn).clamp_min(1e-20) if drawn else torch.zeros(0, width)
    return -torch.log((-torch.log(uniform)).clamp_min(1e-20))


def choose(logits: Tensor, temperature: float, top_k: int, gumbel: Tensor) -> Tensor:
    """One index (...,) per row of logits (..., tokens), by the Gumbel-max rule.

    The lines of a cell share its noise (common random numbers): two lines with the same logits draw the same token, and a small change of
    the logits rarely changes the draw.

    Parameters
    ----------
    temperature
        Below 1 sharper, above 1 flatter.
    top_k
        Draw among the k likeliest; 0 means all.
    gumbel
        Noise that broadcasts to the logits.
    """
    scaled = logits.float() / temperature
    if 0 < top_k < logits.shape[-1]:
        floor = scaled.topk(top_k, dim=-1).values[..., -1:]
        scaled = scaled.masked_fill(scaled < floor, float("-inf"))
    return (scaled + gumbel).argmax(dim=-1)
