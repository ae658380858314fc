"""Agreement from counts is that of scikit-learn from cells, whole and resampled."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from ripple_core.benchmark.scores.partitions import agreement, resampled, tables

RNG = np.random.default_rng(5)
PATCH = RNG.integers(0, 6, 500)
LABEL = (PATCH + RNG.integers(0, 3, 500)) % 5
CLUSTER = np.where(RNG.random(500) < 0.4, RNG.integers(0, 7, 500), LABEL)


def by_cells(label, cluster) -> dict[str, float]:
    return {
        "AMI": metrics.adjusted_mutual_info_score(label, cluster),
        "NMI": metrics.normalized_mutual_info_score(label, cluster),
        "ARI": metrics.adjusted_rand_score(label, cluster),
    }


def test_it_is_that_of_the_cells() -> None:
    counts = tables(LABEL, CLUSTER, PATCH)
    assert counts.shape == (6, 5, 7)
    assert agreement(counts.sum(axis=0)) == pytest.approx(by_cells(LABEL, CLUSTER))


def test_a_resample_is_the_patches_drawn_again() -> None:
    drawn = np.array([np.ones(6), [0, 2, 1, 0, 0, 3]])
    rows = np.concatenate(
        [np.flatnonzero(patch == PATCH) for patch, times in enumerate(drawn[1]) for _ in range(int(times))]
    )
    found = resampled(tables(LABEL, CLUSTER, PATCH), drawn)
    for name, value in by_cells(LABEL[rows], CLUSTER[rows]).items():
        assert found[name][1] == pytest.approx(value)
        assert found[name][0] == pytest.approx(by_cells(LABEL, CLUSTER)[name])


def test_perfect_and_chance() -> None:
    assert agreement(np.diag([30, 20, 50])) == pytest.approx({"AMI": 1.0, "NMI": 1.0, "ARI": 1.0})
    shuffled = tables(LABEL, RNG.permutation(CLUSTER), np.zeros(500, dtype=int)).sum(axis=0)
    assert abs(agreement(shuffled)["AMI"]) < 0.03


def test_one_group_alone_has_no_agreement() -> None:
    assert all(np.isnan(value) for value in agreement(np.array([[5, 7], [0, 0]])).values())
