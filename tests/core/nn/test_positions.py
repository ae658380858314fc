"""The place encoding tells neighbours apart and sees far cells as far."""

from __future__ import annotations

import torch

from ripple_core.nn.positions import sinusoid_2d

WAVES = (0.06, 8.0)


def test_shape_and_range() -> None:
    code = sinusoid_2d(torch.rand(5, 7, 2), 32, WAVES)
    assert code.shape == (5, 7, 32)
    assert code.abs().max() <= 1


def test_similarity_falls_with_distance() -> None:
    place = torch.tensor([[0.0, 0.0], [0.02, 0.0], [0.1, 0.0], [0.5, 0.0]])
    code = sinusoid_2d(place, 64, WAVES)
    similarity = (code @ code[0]).tolist()
    assert similarity[0] > similarity[1] > similarity[2] > similarity[3]


def test_axes_are_told_apart() -> None:
    x, y = sinusoid_2d(torch.tensor([[0.3, 0.0], [0.0, 0.3]]), 32, WAVES)
    assert (x - y).abs().max() > 0.1


def test_places_a_wavelength_apart_look_the_same_to_it_alone() -> None:
    near, far = sinusoid_2d(torch.tensor([[0.0, 0.0], [0.5, 0.0]]), 8, (0.5, 4.0))
    torch.testing.assert_close(near[[0, 2]], far[[0, 2]], atol=1e-5, rtol=0.0)
    assert (near[[1, 3]] - far[[1, 3]]).abs().max() > 0.1
