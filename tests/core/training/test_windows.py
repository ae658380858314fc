"""Windows hold neighbours, turned and mirrored but not stretched."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from ripple_core.training.windows import Tissue, WindowSampler, turn_and_mirror


@pytest.fixture
def tissue() -> Tissue:
    rng = np.random.default_rng(0)
    return Tissue.of(rng.uniform(0, 1000, (500, 2)), rng.random((500, 4)).astype(np.float32), np.arange(500))


def test_turning_keeps_all_distances() -> None:
    xy = np.random.default_rng(0).normal(size=(20, 2))
    for seed in range(5):
        np.testing.assert_allclose(pdist(turn_and_mirror(xy, np.random.default_rng(seed))), pdist(xy))


def test_a_window_is_the_nearest_cells_in_reading_order(tissue: Tissue) -> None:
    sampler = WindowSampler([tissue], cells=30, window_um=600, serializer=lambda xy, rng: np.argsort(xy[:, 0]))
    batch = sampler.draw(np.random.default_rng(0), 3)
    assert batch.expression.shape == (3, 30, 4)
    for tokens, place, expression in zip(batch.token, batch.place, batch.expression):
        np.testing.assert_array_equal(expression, tissue.expression[tokens])
        assert (np.diff(place[:, 0]) >= 0).all()
        np.testing.assert_allclose(pdist(place) * 300, pdist(tissue.xy_um[tokens]), rtol=1e-3, atol=1e-2)


def test_the_same_rng_draws_the_same(tissue: Tissue) -> None:
    sampler = WindowSampler([tissue], cells=30, window_um=600, serializer=lambda xy, rng: rng.permutation(len(xy)))
    first, second = (sampler.draw(np.random.default_rng(7), 2) for _ in range(2))
    np.testing.assert_array_equal(first.token, second.token)
