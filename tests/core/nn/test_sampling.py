"""Draws follow the probabilities, and lines share their noise."""

from __future__ import annotations

import numpy as np
import torch

from ripple_core.nn.sampling import choose, noise


def test_draws_follow_the_softmax() -> None:
    logits = torch.tensor([[0.0, 1.0, 2.0]])
    drawn = choose(logits, 1.0, 0, noise(0, np.arange(4000), 3))
    share = torch.bincount(drawn, minlength=3) / 4000
    torch.testing.assert_close(share, logits.softmax(-1)[0], atol=0.03, rtol=0)


def test_equal_lines_draw_alike() -> None:
    logits = torch.randn(1, 50, generator=torch.Generator().manual_seed(1)).expand(8, -1)
    assert len(choose(logits, 1.0, 0, noise(1, np.array([3]), 50)).unique()) == 1


def test_top_k_draws_only_among_the_likeliest() -> None:
    logits = torch.arange(10.0)[None]
    assert int(choose(logits, 5.0, 3, noise(2, np.arange(200), 10)).min()) == 7


def test_a_cell_draws_the_same_whenever_and_beside_whatever_it_is_drawn() -> None:
    together, alone = noise(5, np.array([7, 2, 9]), 20), noise(5, np.array([2]), 20)
    torch.testing.assert_close(together[1], alone[0])
    assert (together[0] != together[1]).any()
    assert (noise(6, np.array([2]), 20) != alone).any()
