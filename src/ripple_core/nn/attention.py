"""Spatial attention: cells see earlier cells, a query sees the cells before it and itself, never another query."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F


def among_cells(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal attention of cells among themselves; all (batch, heads, cells, head_dim)."""
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


def causal_mask(cells: int, like: Tensor) -> Tensor:
    """0 where a cell may look (itself and earlier ones), −inf elsewhere (cells, cells)."""
    return torch.full((cells, cells), float("-inf"), dtype=like.dtype, device=like.device).triu(1)


def look_back(q: Tensor, k_self: Tensor, v_self: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """Attention of queries to cells and to themselves.

    Parameters
    ----------
    q, k_self, v_self
        (batch, heads, queries, head_dim) of the position tokens.
    k, v
        (batch, heads, cells, head_dim) of the cell tokens.
    mask
        Added to the scores (queries, cells): −inf where a query may not look.
    """
    scale = 1.0 / math.sqrt(q.shape[-1])
    scores = (q @ k.transpose(-2, -1)) * scale + mask
    own = (q * k_self).sum(-1, keepdim=True) * scale
    weight = torch.cat([scores, own], dim=-1).softmax(dim=-1)
    return weight[..., :-1] @ v + weight[..., -1:] * v_self
