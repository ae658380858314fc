"""Draws follow the probabilities, and lines share their noise."""

from __future__ import annotations

import torch

from ripple_core.nn.sampling import choose


def test_draws_follow_the_softmax() -> None:
    g = torch.Generator().manual_seed(0)
    logits = torch.tensor([[0.0, 1.0, 2.0]])
    drawn = torch.stack([choose(logits, 1.0, 0, g) for _ in range(4000)]).flatten()
    share = torch.bincount(drawn, minlength=3) / 4000
    torch.testing.assert_close(share, logits.softmax(-1)[0], atol=0.03, rtol=0)


def test_equal_lines_draw_alike() -> None:
    g = torch.Generator().manual_seed(1)
    logits = torch.randn(1, 50).expand(8, -1)
    assert len(choose(logits, 1.0, 0, g).unique()) == 1


def test_top_k_draws_only_among_the_likeliest() -> None:
    g = torch.Generator().manual_seed(2)
    logits = torch.arange(10.0)[None]
    assert min(int(choose(logits, 5.0, 3, g)) for _ in range(200)) == 7
