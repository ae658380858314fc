"""Spatial attention: cells see earlier cells, a query sees the cells before it and itself, never another query.

Over cells and queries together this is a mask of 2L × 2L of which a quarter is seen. It is never made: the cells are one causal
attention, the queries are another over the same keys, and each query's look at itself is one more term of its softmax.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from ripple_core.nn import flex

FUSED = "_scaled_dot_product_flash_attention_for_cpu"
WRITTEN_OUT_IN_16_BITS = 512


def spatial_attention(q: Tensor, k: Tensor, v: Tensor, cells: int, mask: Tensor) -> Tensor:
    """Attention of cells and the queries behind them; all (batch, heads, cells + queries, head_dim), ``mask`` as in :func:`look_back`."""
    if mask.numel() == 0 and flex.pays(q):
        found = flex.cells_and_queries(q, k, v, cells)
        if found is not None:
            return found
    (q_cells, q_own), (k_cells, k_own), (v_cells, v_own) = (
        (tokens[:, :, :cells], tokens[:, :, cells:]) for tokens in (q, k, v)
    )
    first = among_cells(q_cells, k_cells, v_cells)
    return torch.cat([first, look_back(q_own, k_own, v_own, k_cells, v_cells, mask)], dim=2)


def among_cells(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal attention of cells among themselves; all (batch, heads, cells, head_dim)."""
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


def causal_mask(cells: int, like: Tensor) -> Tensor:
    """What :func:`look_back` takes as "query i sees cells 0..i": no numbers, since none of (cells, cells) need be kept."""
    return like.new_empty(0)


def look_back(q: Tensor, k_self: Tensor, v_self: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """Attention of queries to cells and to themselves.

    Parameters
    ----------
    q, k_self, v_self
        (batch, heads, queries, head_dim) of the position tokens.
    k, v
        (batch, heads, cells, head_dim) of the cell tokens.
    mask
        Added to the scores (queries, cells): −inf where a query may not look; or :func:`causal_mask`, for as many queries as cells.
    """
    if mask.numel() > 0:
        return look_back_plainly(q, k_self, v_self, k, v, mask)
    if _fused_is_faster(k):
        return _CausalLookBack.apply(q, k_self, v_self, k, v)
    return look_back_plainly(q, k_self, v_self, k, v, seen_as_scores(q.shape[2], q))


def _fused_is_faster(k: Tensor) -> bool:
    """Measured: in fp32 at all lengths; in 16 bits, where plain products are fast, only for long windows."""
    cells = k.shape[2]
    there = k.device.type == "cpu" and cells > 0 and hasattr(torch.ops.aten, FUSED)
    return there and (k.dtype == torch.float32 or cells > WRITTEN_OUT_IN_16_BITS)


def seen_as_scores(cells: int, like: Tensor) -> Tensor:
    """0 where a query may look (cells 0..i), −inf elsewhere (queries, cells)."""
    return torch.full((cells, cells), float("-inf"), dtype=like.dtype, device=like.device).triu(1)


def look_back_plainly(q: Tensor, k_self: Tensor, v_self: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """:func:`look_back` with all scores written out; on every device, and for any mask (queries, cells)."""
    scale = 1.0 / math.sqrt(q.shape[-1])
    scores = (q @ k.transpose(-2, -1)) * scale + mask
    own = (q * k_self).sum(-1, keepdim=True) * scale
    weight = torch.cat([scores, own], dim=-1).softmax(dim=-1)
    return weight[..., :-1] @ v + weight[..., -1:] * v_self


class _CausalLookBack(torch.autograd.Function):
    """:func:`look_back` at cells 0..i by torch's fused CPU kernel, which never holds the scores.

    The kernel gives the mean over the cells and the log of its softmax's total; the query's own term is added to both. Backwards the
    kernel needs nothing but the output and that log total: given those of the whole softmax, its gradients are those of the whole.
    """

    @staticmethod
    def forward(ctx: Any, q: Tensor, k_self: Tensor, v_self: Tensor, k: Tensor, v: Tensor) -> Tensor:
        of_cells, log_total = getattr(torch.ops.aten, FUSED)(q, k, v, 0.0, True)
        own = (q * k_self).sum(-1, dtype=log_total.dtype) / math.sqrt(q.shape[-1])
        log_total = torch.logaddexp(log_total, own)
        weight = (own - log_total).exp_()[..., None].to(q.dtype)
        out = of_cells.lerp_(v_self, weight)
        ctx.save_for_backward(q, k_self, v_self, k, v, out, log_total, weight)
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, ...]:
        q, k_self, v_self, k, v, out, log_total, weight = ctx.saved_tensors
        kernel = getattr(torch.ops.aten, f"{FUSED}_backward")
        grad_q, grad_k, grad_v = kernel(grad.contiguous(), q, k, v, out, log_total, 0.0, True)
        own = weight * (grad * (v_self - out)).sum(-1, keepdim=True) / math.sqrt(q.shape[-1])
        return grad_q.addcmul_(own, k_self), own * q, weight * grad, grad_k, grad_v
