"""Spatial attention against one dense mask over all tokens."""

from __future__ import annotations

import torch
from torch.nn import functional as F

from ripple_core.nn.attention import among_cells, causal_mask, look_back

CELLS, HEADS, WIDTH = 7, 3, 4


def qkv(seed: int, tokens: int) -> tuple[torch.Tensor, ...]:
    g = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(2, HEADS, tokens, WIDTH, generator=g) for _ in range(3))


def dense_mask() -> torch.Tensor:
    """Tokens are cells 0..n−1, then queries 0..n−1: query i sees cells 0..i and itself; cells see earlier cells and themselves."""
    allowed = torch.zeros(2 * CELLS, 2 * CELLS, dtype=torch.bool)
    for i in range(CELLS):
        allowed[i, : i + 1] = True
        allowed[CELLS + i, : i + 1] = True
        allowed[CELLS + i, CELLS + i] = True
    return allowed


def test_equals_dense_attention_with_the_papers_mask() -> None:
    q, k, v = qkv(0, 2 * CELLS)
    dense = F.scaled_dot_product_attention(q, k, v, attn_mask=dense_mask())
    first, second = slice(None, CELLS), slice(CELLS, None)
    cells = among_cells(q[:, :, first], k[:, :, first], v[:, :, first])
    queries = look_back(
        q[:, :, second], k[:, :, second], v[:, :, second], k[:, :, first], v[:, :, first], causal_mask(CELLS, q)
    )
    torch.testing.assert_close(torch.cat([cells, queries], dim=2), dense, atol=1e-5, rtol=1e-5)
