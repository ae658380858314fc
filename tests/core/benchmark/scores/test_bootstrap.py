"""Resamples draw groups, then their items; intervals cover what they should."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.benchmark.scores import bootstrap

GROUPS = ["a", "a", "a", "b", "b"]


def test_row_0_is_everything_once_and_each_row_draws_whole_groups() -> None:
    drawn = bootstrap.weights(GROUPS, seed=1, resamples=200)
    assert drawn[0].tolist() == [1] * 5
    of_a, of_b = drawn[1:, :3].sum(axis=1), drawn[1:, 3:].sum(axis=1)
    assert set(of_a) == {0, 3, 6}
    np.testing.assert_array_equal(of_a / 3 + of_b / 2, 2)


def test_a_single_group_is_always_kept() -> None:
    np.testing.assert_array_equal(bootstrap.weights(["a"] * 4, 0, 50).sum(axis=1), 4)


def test_the_interval_of_a_mean_covers_it_about_as_often_as_promised() -> None:
    rng = np.random.default_rng(0)
    covered = 0
    for seed in range(100):
        found = bootstrap.mean(rng.normal(size=40), ["one"] * 40, seed)
        covered += bool(found.low <= 0.0 <= found.high)
    assert 85 <= covered <= 100


def test_items_without_a_number_are_left_out() -> None:
    found = bootstrap.mean([1.0, float("nan"), 3.0], ["a"] * 3, 0)
    assert found.value == pytest.approx(2.0)


def test_same_seed_same_resamples() -> None:
    np.testing.assert_array_equal(bootstrap.weights(GROUPS, 5, 20), bootstrap.weights(GROUPS, 5, 20))
