"""The optimiser: AdamW in one fused pass where the device offers it, decaying matrices only, on a warm-up and a cosine."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn

WARM_UP_STEPS = 50
WEIGHT_DECAY = 0.05
LOWEST_RATE_SHARE = 0.02
BETAS = (0.9, 0.98)


def adamw(network: nn.Module, learning_rate: float) -> torch.optim.AdamW:
    """AdamW over the weights that learn; fused where torch has it for their device, else weight by weight."""
    try:
        return torch.optim.AdamW(_decay_groups(network), lr=learning_rate, betas=BETAS, fused=True)
    except RuntimeError:
        return torch.optim.AdamW(_decay_groups(network), lr=learning_rate, betas=BETAS)


def rate_share(step: int, planned: int) -> float:
    """Share of the highest learning rate at a step; ``planned`` 0: not known yet, no fall."""
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    done = min(1.0, step / planned) if planned else 0.0
    return warm * (LOWEST_RATE_SHARE + (1 - LOWEST_RATE_SHARE) * 0.5 * (1 + math.cos(math.pi * done)))


def _decay_groups(network: nn.Module) -> list[dict[str, Any]]:
    """Decay matrices only, not biases, norms or single vectors."""
    named = [p for p in network.parameters() if p.requires_grad]
    return [
        {"params": [p for p in named if p.ndim >= 2], "weight_decay": WEIGHT_DECAY},
        {"params": [p for p in named if p.ndim < 2], "weight_decay": 0.0},
    ]
