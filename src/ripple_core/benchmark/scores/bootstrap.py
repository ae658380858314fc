"""Intervals from resamples: sections are drawn again, and within them regions; what is compared is drawn alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ripple_core.benchmark.task import Estimate

RESAMPLES = 1000
COVERED = 95.0


def weights(groups: Sequence[Any], seed: int, resamples: int = RESAMPLES) -> np.ndarray:
    """How often each item is drawn (resamples + 1, items); row 0 draws every item once.

    Groups (sections, worlds) are drawn with replacement, then items within each group drawn; a single group is always kept.
    """
    rng = np.random.default_rng([seed, 61])
    names, group = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    drawn = np.zeros((resamples + 1, len(group)))
    drawn[0] = 1.0
    for row in drawn[1:]:
        times = np.bincount(rng.integers(len(names), size=len(names)), minlength=len(names))
        for number, repeats in enumerate(times):
            members = np.flatnonzero(group == number)
            for _ in range(repeats):
                np.add.at(row, rng.choice(members, size=len(members)), 1.0)
    return drawn


def estimate(values: np.ndarray) -> Estimate:
    """The value of row 0 and the interval of the others, of scores (resamples + 1,)."""
    rest = values[1:][np.isfinite(values[1:])]
    if len(rest) < 2:
        return Estimate(float(values[0]))
    margin = (100.0 - COVERED) / 2
    low, high = np.percentile(rest, [margin, 100.0 - margin])
    return Estimate(float(values[0]), float(low), float(high))


def mean(values: Sequence[float], groups: Sequence[Any], seed: int) -> Estimate:
    """Mean of one number an item, with its interval; items without a number are left out."""
    return estimate(means(np.asarray(values, dtype=np.float64), weights(groups, seed)))


def means(values: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Mean of the items (items,) under each row of weights (resamples + 1, items); NaN where nothing is left."""
    known = np.isfinite(values)
    total = drawn[:, known].sum(axis=1)
    weighted = drawn[:, known] @ values[known]
    return np.divide(weighted, total, out=np.full(len(drawn), np.nan), where=total > 0)
