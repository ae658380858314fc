"""Held-out discs: the baselines are what they say, the table is complete, choices are made on training tissue."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.benchmark.cases import unseen


def test_discs_hold_about_as_many_cells_as_asked(section) -> None:
    for roi in unseen.discs(section, seed=0, cells=25):
        assert 20 <= roi.contains(section.xy_um).sum() <= 30


def test_neighbor_mean_by_a_plain_loop(section) -> None:
    expression = section.counts.toarray()
    inside = unseen.discs(section, 0)[0].contains(section.xy_um)
    found = unseen.neighbor_mean(section, expression, inside, 3)
    for row, xy in zip(found, section.xy_um[inside]):
        distance = np.where(inside, np.inf, np.linalg.norm(section.xy_um - xy, axis=1))
        np.testing.assert_allclose(row, expression[np.argsort(distance)[:3]].mean(axis=0))


def test_local_mean_never_uses_hidden_cells(section) -> None:
    expression = section.counts.toarray()
    inside = unseen.discs(section, 0)[0].contains(section.xy_um)
    spoiled = np.where(inside[:, None], 1e6, expression)
    np.testing.assert_array_equal(
        unseen.local_mean(section, expression, inside, 60), unseen.local_mean(section, spoiled, inside, 60)
    )


def test_the_record_of_a_trained_model_stands_beside_the_baselines(gest) -> None:
    scores = gest.record["scores"]
    assert list(scores)[:3] == ["gest", "no change", "local mean"]
    assert list(scores)[3].startswith("kNN (k = ")
    assert scores["no change"]["per-gene Pearson"] == 0.0
    assert scores["no change"]["z-scored RMSE"] == pytest.approx(1.4142, abs=1e-3)
