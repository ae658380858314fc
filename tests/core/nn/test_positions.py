"""The place encoding tells neighbours apart and sees far cells as far."""

from __future__ import annotations

import torch

from ripple_core.nn.positions import sinusoid_2d


def test_shape_and_range() -> None:
    code = sinusoid_2d(torch.rand(5, 7, 2), 32)
    assert code.shape == (5, 7, 32)
    assert code.abs().max() <= 1


def test_similarity_falls_with_distance() -> None:
    place = torch.tensor([[0.0, 0.0], [0.02, 0.0], [0.1, 0.0], [0.5, 0.0]])
    code = sinusoid_2d(place, 64)
    similarity = (code @ code[0]).tolist()
    assert similarity[0] > similarity[1] > similarity[2] > similarity[3]


def test_axes_are_told_apart() -> None:
    x, y = sinusoid_2d(torch.tensor([[0.3, 0.0], [0.0, 0.3]]), 32)
    assert (x - y).abs().max() > 0.1
