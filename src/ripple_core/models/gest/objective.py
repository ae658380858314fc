"""The hierarchical loss (paper section 4.4, eq. 10 and 11), computed in log space, and the error of an expectation."""

from __future__ import annotations

import torch
from torch import Tensor

LEVEL_WEIGHT = 0.25


def hierarchical_loss(logits: Tensor, target: Tensor, levels: Tensor, weight: float = LEVEL_WEIGHT) -> Tensor:
    """Mean over cells of Σ_level α · negative log likelihood; level 0 is the meta cell itself.

    Parameters
    ----------
    logits
        (cells, tokens).
    target
        True meta cell (cells,).
    levels
        Coarse label of each meta cell (levels, tokens).
    weight
        α of every level, 0.25 in the paper.
    """
    log_p = logits.float().log_softmax(dim=-1)
    loss = -log_p.gather(-1, target[:, None]).mean()
    for label in levels:
        coarse = grouped_log_sum_exp(log_p, label)
        loss = loss - coarse.gather(-1, label[target][:, None]).mean()
    return weight * loss


def grouped_log_sum_exp(log_p: Tensor, label: Tensor) -> Tensor:
    """Log probability of each group (cells, groups) from that of its members (cells, tokens), without leaving log space."""
    groups = int(label.max()) + 1
    index = label.expand_as(log_p)
    top = torch.full((*log_p.shape[:-1], groups), float("-inf"), dtype=log_p.dtype, device=log_p.device)
    top = top.scatter_reduce(-1, index, log_p.detach(), reduce="amax", include_self=True)
    total = torch.zeros_like(top).scatter_add(-1, index, (log_p - top.gather(-1, index)).exp())
    return total.clamp_min(1e-37).log() + top


def scaled_error(expected: Tensor, true: Tensor, scale: Tensor) -> Tensor:
    """Mean squared error of expected expression (batch, cells, genes), each gene in units of its spread (genes,)."""
    return (((expected.float() - true) / scale) ** 2).mean()
