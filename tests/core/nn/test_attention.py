"""Spatial attention against one dense mask over all tokens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch.nn import functional as F

from ripple_core.nn.attention import (
    WRITTEN_OUT_IN_16_BITS,
    among_cells,
    causal_mask,
    look_back,
    look_back_plainly,
    seen_as_scores,
    spatial_attention,
)

HEADS, WIDTH = 3, 8
Split = Callable[[int, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


def qkv(seed: int, tokens: int) -> tuple[torch.Tensor, ...]:
    g = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(2, HEADS, tokens, WIDTH, generator=g) for _ in range(3))


def dense_mask(cells: int) -> torch.Tensor:
    """Tokens are cells 0..n−1, then queries 0..n−1: query i sees cells 0..i and itself; cells see earlier cells and themselves."""
    allowed = torch.zeros(2 * cells, 2 * cells, dtype=torch.bool)
    for i in range(cells):
        allowed[i, : i + 1] = True
        allowed[cells + i, : i + 1] = True
        allowed[cells + i, cells + i] = True
    return allowed


def dense(cells: int, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    return F.scaled_dot_product_attention(q, k, v, attn_mask=dense_mask(cells))


def structured(cells: int, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    return spatial_attention(q, k, v, cells, causal_mask(cells, q))


def plain(cells: int, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    (q_cells, q_own), (k_cells, k_own), (v_cells, v_own) = (t.split(cells, dim=2) for t in (q, k, v))
    queries = look_back_plainly(q_own, k_own, v_own, k_cells, v_cells, seen_as_scores(cells, q))
    return torch.cat([among_cells(q_cells, k_cells, v_cells), queries], dim=2)


def with_gradients(attend: Split, cells: int, inputs: tuple[torch.Tensor, ...]) -> list[torch.Tensor]:
    """The output and the gradients of all three inputs, under one fixed weighting of the output."""
    leaves = [t.clone().requires_grad_() for t in inputs]
    out = attend(cells, *leaves)
    out.backward(torch.randn(out.shape, generator=torch.Generator().manual_seed(9)).to(out.dtype))
    return [out.detach(), *(leaf.grad for leaf in leaves)]


@pytest.mark.parametrize("attend", [structured, plain])
@pytest.mark.parametrize("cells", [1, 7, 300])
def test_equals_dense_attention_with_the_papers_mask(attend: Split, cells: int) -> None:
    inputs = qkv(0, 2 * cells)
    for ours, theirs in zip(with_gradients(attend, cells, inputs), with_gradients(dense, cells, inputs)):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)


def test_large_scores_stay_finite() -> None:
    inputs = tuple(30 * t for t in qkv(1, 40))
    for ours, theirs in zip(with_gradients(structured, 20, inputs), with_gradients(dense, 20, inputs)):
        assert ours.isfinite().all()
        torch.testing.assert_close(ours, theirs, atol=1e-2, rtol=1e-3)


@pytest.mark.parametrize("cells", [30, WRITTEN_OUT_IN_16_BITS + 1])
def test_in_bf16_it_stays_as_near_as_16_bits_allow(cells: int) -> None:
    exact = qkv(2, 2 * cells)
    halves = tuple(t.bfloat16() for t in exact)
    for ours, theirs in zip(with_gradients(structured, cells, halves), with_gradients(dense, cells, exact)):
        assert ours.dtype == torch.bfloat16
        torch.testing.assert_close(ours.float(), theirs, atol=0.08, rtol=0.05)


def test_with_any_other_mask_all_scores_are_written_out() -> None:
    q, k, v = qkv(3, 10)
    sees_all = look_back(q[:, :, 6:], k[:, :, 6:], v[:, :, 6:], k[:, :, :6], v[:, :, :6], torch.zeros(4, 6))
    for query in range(4):
        seen = [*range(6), 6 + query]
        alone = F.scaled_dot_product_attention(q[:, :, 6 + query, None], k[:, :, seen], v[:, :, seen])
        torch.testing.assert_close(sees_all[:, :, query, None], alone, atol=1e-5, rtol=1e-5)
