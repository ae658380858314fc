"""Drawing one of many from logits, with the same noise for every line."""

from __future__ import annotations

import torch
from torch import Tensor


def choose(logits: Tensor, temperature: float, top_k: int, generator: torch.Generator) -> Tensor:
    """One index (lines,) per row of logits (lines, tokens), by the Gumbel-max rule.

    All lines share one noise vector (common random numbers): two lines with the same logits draw the same token, and a small
    change of the logits rarely changes the draw.
    """
    scaled = logits.float() / temperature
    if 0 < top_k < logits.shape[-1]:
        floor = scaled.topk(top_k, dim=-1).values[:, -1:]
        scaled = scaled.masked_fill(scaled < floor, float("-inf"))
    uniform = torch.rand(logits.shape[-1], generator=generator).clamp_min(1e-20).to(logits.device)
    gumbel = -torch.log((-torch.log(uniform)).clamp_min(1e-20))
    return (scaled + gumbel).argmax(dim=-1)
