"""Windows hold neighbours, turned and mirrored but not stretched."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from ripple_core.errors import DataError
from ripple_core.training.windows import Batch, Tissue, WindowSampler, turn_and_mirror


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


def tissue_of(cells: int, seed: int = 0) -> Tissue:
    rng = np.random.default_rng(seed)
    return Tissue.of(rng.uniform(0, 500, (cells, 2)), rng.random((cells, 4)).astype(np.float32), np.arange(cells))


def sampler_of(*cells: int) -> WindowSampler:
    tissues = [tissue_of(number, seed) for seed, number in enumerate(cells)]
    return WindowSampler(tissues, cells=30, window_um=600, serializer=lambda xy, rng: rng.permutation(len(xy)))


def test_a_small_section_gives_short_windows_and_leaves_the_others_whole() -> None:
    batch = sampler_of(200, 12).draw(np.random.default_rng(0), 60)
    assert batch.token.shape == (60, 30)
    assert set(batch.length.tolist()) == {12, 30}
    assert batch.asked == int((batch.length - 1).sum()) == int(batch.is_asked.sum())
    for length, place in zip(batch.length, batch.place):
        assert np.abs(place[:length]).max() < 2
        assert (pdist(place[length:]) >= 1).all()
        assert np.abs(place[length:, 0]).min(initial=np.inf) > 1000


def test_equal_windows_have_nothing_to_fill() -> None:
    batch = sampler_of(200, 100).draw(np.random.default_rng(0), 6)
    assert batch.length is None
    assert batch.is_asked is None
    assert batch.asked == 6 * 29


def test_some_of_the_windows_are_as_long_as_the_longest_of_them() -> None:
    batch = sampler_of(40, 12).draw(np.random.default_rng(0), 20)
    short = int(np.flatnonzero(batch.length == 12)[0])
    part = batch.windows(slice(short, short + 1))
    assert part.token.shape == (1, 12)
    np.testing.assert_array_equal(part.token[0], batch.token[short, :12])
    assert batch.windows(slice(0, 20)).token.shape == (20, 30)


def test_sections_of_a_single_cell_are_never_drawn() -> None:
    batch = sampler_of(200, 1).draw(np.random.default_rng(0), 300)
    assert batch.length is None
    with pytest.raises(DataError, match="at least 2 cells"):
        sampler_of(1, 1)


def test_what_is_read_goes_with_its_windows() -> None:
    batch = sampler_of(200).draw(np.random.default_rng(0), 4)
    read = Batch(batch.expression, batch.token, batch.place, None, batch.expression + 1)
    np.testing.assert_array_equal(read.windows(slice(1, 3)).seen, batch.expression[1:3] + 1)
