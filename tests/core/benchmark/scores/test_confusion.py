"""Scores of labels from counts are those of scikit-learn from cells, whole and resampled."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from ripple_core.benchmark.scores.confusion import resampled

RNG = np.random.default_rng(8)
PATCH = RNG.integers(0, 5, 400)
TRUE = RNG.integers(0, 4, 400) * (PATCH > 0)
GIVEN = np.where(RNG.random(400) < 0.3, RNG.integers(0, 6, 400), TRUE)


def by_cells(true, given) -> tuple[float, float]:
    f1 = f1_score(true, given, labels=np.unique(true), average="macro", zero_division=0)
    return float(f1), float((true == given).mean())


@pytest.mark.parametrize("times", [[1, 1, 1, 1, 1], [2, 0, 0, 3, 1], [4, 0, 0, 0, 0]])
def test_a_resample_is_the_patches_drawn_again(times) -> None:
    rows = np.concatenate([np.flatnonzero(patch == PATCH) for patch, count in enumerate(times) for _ in range(count)])
    found = resampled(TRUE, GIVEN, PATCH, np.array([np.ones(5), times]))
    assert (found["macro F1"][1], found["accuracy"][1]) == pytest.approx(by_cells(TRUE[rows], GIVEN[rows]))
    assert (found["macro F1"][0], found["accuracy"][0]) == pytest.approx(by_cells(TRUE, GIVEN))


def test_all_right_and_all_wrong() -> None:
    for given, expected in ((TRUE, 1.0), (TRUE + 1, 0.0)):
        assert resampled(TRUE, given, PATCH, np.ones((1, 5)))["accuracy"][0] == expected
