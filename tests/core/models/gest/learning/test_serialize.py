"""Reading orders: permutations, near cells early, holes filled last, equation 6 as it is written."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from ripple_core.models.gest.learning.serialize import hole_order, near_first, order_window, weighted_order


@pytest.fixture
def xy() -> np.ndarray:
    return np.random.default_rng(0).uniform(-300, 300, (300, 2))


@pytest.mark.parametrize("kind", ["near_first", "literal_eq6", "random"])
def test_every_order_is_a_permutation(xy: np.ndarray, kind: str) -> None:
    for seed in range(20):
        assert sorted(order_window(xy, np.random.default_rng(seed), kind)) == list(range(300))


def test_near_first_reads_near_cells_first(xy: np.ndarray) -> None:
    distance = np.linalg.norm(xy, axis=1)
    order = near_first(distance, np.random.default_rng(0))
    assert spearmanr(np.arange(300), distance[order])[0] > 0.9


def test_literal_equation_6_reads_far_cells_first(xy: np.ndarray) -> None:
    distance = np.linalg.norm(xy - xy.min(axis=0), axis=1)
    found = [
        spearmanr(np.arange(300), distance[weighted_order(distance, np.random.default_rng(s))])[0] for s in range(20)
    ]
    assert np.mean(found) < -0.2


def test_weighted_order_draws_first_in_proportion_to_weight() -> None:
    first = [weighted_order(np.array([1.0, 3.0]), np.random.default_rng(s))[0] for s in range(2000)]
    assert np.mean(first) == pytest.approx(0.75, abs=0.04)


def test_a_hole_is_filled_last_and_in_order(xy: np.ndarray) -> None:
    distance = np.linalg.norm(xy, axis=1)
    for seed in range(10):
        order = hole_order(distance, np.random.default_rng(seed))
        assert sorted(order) == list(range(300))
