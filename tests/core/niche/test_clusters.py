"""Clusters of points whose groups are known."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from ripple_core.niche.clusters import clustered


@pytest.fixture
def groups() -> tuple[np.ndarray, np.ndarray]:
    """Points around five far centres, 60, 50, 40, 30 and 20 of them, and which is whose."""
    rng = np.random.default_rng(0)
    label = np.repeat(np.arange(5), [60, 50, 40, 30, 20])
    return (rng.normal(0, 30, (5, 6))[label] + rng.normal(0, 1, (200, 6))).astype(np.float32), label


@pytest.mark.parametrize("count", [5, None])
def test_groups_that_lie_apart_are_found_and_counted(groups, count) -> None:
    points, label = groups
    found = clustered(points, count, seed=0)
    assert found.count == 5
    assert adjusted_rand_score(label, found.label) == 1.0
    assert set(found.silhouette) == (set() if count else set(range(3, 21)))


def test_the_largest_comes_first_and_the_same_seed_gives_the_same(groups) -> None:
    points, label = groups
    found = clustered(points, 5, seed=3)
    np.testing.assert_array_equal(found.label, label)
    np.testing.assert_array_equal(found.label, clustered(points, 5, seed=3).label)


def test_few_cells_get_few_clusters() -> None:
    points = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
    assert set(clustered(points, None, seed=0).silhouette) == {3}
