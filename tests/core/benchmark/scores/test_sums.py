"""Sums give the scores that the cells themselves give, pooled or resampled."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.benchmark.scores import metrics
from ripple_core.benchmark.scores.sums import BETTER, STEP_EDGES, Regions, energy_distance, of_region

RNG = np.random.default_rng(3)
MEAN, STD = RNG.uniform(0, 2, 12), RNG.uniform(0.2, 1, 12)
TOP = np.arange(12) < 5
PAIRS = [(RNG.normal(MEAN, STD * 0.1, (n, 12)), RNG.normal(MEAN, STD, (n, 12))) for n in (15, 40, 25)]


def regions(sections=("s", "s", "s")) -> Regions:
    named = zip(PAIRS, sections)
    return Regions.of([{"section": s, "size": len(p), **of_region(p, t, MEAN, STD)} for (p, t), s in named])


def test_pooled_scores_are_those_of_all_cells_together() -> None:
    p, t = (np.concatenate([pair[i] for pair in PAIRS]) for i in (0, 1))
    found = regions().scores(np.ones((1, 3)), TOP)
    assert list(found) == list(BETTER)
    assert found["per-gene Pearson"][0] == pytest.approx(metrics.per_gene_pearson(p, t), abs=1e-5)
    assert found["per-gene Pearson, top 50"][0] == pytest.approx(metrics.per_gene_pearson(p[:, :5], t[:, :5]), abs=1e-5)
    assert found["z-scored RMSE"][0] == pytest.approx(metrics.z_rmse(p, t), abs=1e-5)
    assert found["RMSE"][0] == pytest.approx(metrics.rmse(p, t), abs=1e-5)
    assert found["per-cell Spearman"][0] == pytest.approx(metrics.per_cell_spearman(p, t), abs=1e-5)


def test_a_resample_is_the_cells_drawn_again() -> None:
    p, t = (np.concatenate([PAIRS[0][i], PAIRS[2][i], PAIRS[2][i]]) for i in (0, 1))
    found = regions().scores(np.array([[1.0, 0.0, 2.0]]), TOP)
    assert found["per-gene Pearson"][0] == pytest.approx(metrics.per_gene_pearson(p, t), abs=1e-5)
    assert found["RMSE"][0] == pytest.approx(metrics.rmse(p, t), abs=1e-5)


def test_sections_count_alike_whatever_their_cells() -> None:
    each = [
        metrics.per_gene_pearson(*(np.concatenate(part) for part in zip(*pairs))) for pairs in (PAIRS[:2], PAIRS[2:])
    ]
    found = regions(("a", "a", "b")).scores(np.array([[1.0, 1, 1], [2, 2, 1], [0, 0, 1]]), TOP)["per-gene Pearson"]
    np.testing.assert_allclose(found, [np.mean(each), (2 * each[0] + each[1]) / 3, each[1]], atol=1e-5)


def test_error_by_step_is_that_of_the_cells_generated_then() -> None:
    found = regions().error_by_step(np.ones((1, 3)))[0]
    first = np.concatenate([p[:10] - t[:10] for p, t in PAIRS])
    assert found[0] == pytest.approx(np.sqrt((first**2).mean()), abs=1e-5)
    assert np.isnan(found[STEP_EDGES.index(160)])


def test_energy_distance_is_0_for_the_same_cells_and_grows_with_a_shift() -> None:
    a = RNG.normal(size=(20, 4))
    near, far = energy_distance(a, a + 0.5), energy_distance(a, a + 3.0)
    assert energy_distance(a, a) == pytest.approx(0.0)
    assert 0 < near < far
