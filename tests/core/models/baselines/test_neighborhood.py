"""Averages and features of neighbourhoods against plain loops."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from ripple_core.models.baselines import neighborhood as around
from ripple_core.models.baselines.lesson import Cells

RNG = np.random.default_rng(2)
KNOWN, TARGETS, VALUES = RNG.uniform(0, 100, (70, 2)), RNG.uniform(0, 100, (9, 2)), RNG.normal(size=(2, 70, 3))


def test_features_by_a_plain_loop() -> None:
    found = around.features(cKDTree(KNOWN), VALUES, TARGETS, pitch_um=10.0)
    assert found.shape == (2, 9, 5 * 4)
    for row, place in zip(found[1], TARGETS):
        distance = np.linalg.norm(KNOWN - place, axis=1)
        order = np.argsort(distance)
        for i, k in enumerate(around.SCALES):
            np.testing.assert_allclose(row[3 * i : 3 * i + 3], VALUES[1][order[:k]].mean(axis=0))
            np.testing.assert_allclose(row[15 + i], np.log1p(distance[order[min(k, 70) - 1]] / 10.0))


def test_examples_are_hidden_from_what_they_are_predicted_by() -> None:
    """A value that marks each cell would show if a hidden cell stood among its own neighbours."""
    cells = Cells(KNOWN, np.arange(70, dtype=np.float32)[:, None])
    for seen, true in around.examples([cells], [cells.expression], 10.0, 60, RNG):
        assert not set(true[:, 0]) & set(seen[:, 0])


def test_radius_average_falls_back_on_the_nearest() -> None:
    weights = around.radius_average(KNOWN, np.array([[1000.0, 1000.0]]), 5.0).toarray()[0]
    assert np.flatnonzero(weights).tolist() == [int(np.argmin(np.linalg.norm(KNOWN - 1000.0, axis=1)))]
