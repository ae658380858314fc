"""The scores against scipy and hand cases."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from ripple_core.benchmark.scores import metrics

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(30, 6)), RNG.normal(size=(30, 6))


def test_pearson_equals_scipy() -> None:
    np.testing.assert_allclose(metrics.pearson(A, B), [pearsonr(A[:, i], B[:, i])[0] for i in range(6)])


def test_per_cell_spearman_equals_scipy() -> None:
    assert metrics.per_cell_spearman(A, B) == pytest.approx(np.mean([spearmanr(a, b)[0] for a, b in zip(A, B)]))


def test_z_rmse_is_root_of_two_one_minus_r() -> None:
    one_gene = metrics.z_rmse(A[:, :1], B[:, :1])
    assert one_gene == pytest.approx(np.sqrt(2 * (1 - pearsonr(A[:, 0], B[:, 0])[0])))
    assert metrics.z_rmse(np.zeros((30, 6)), B) == pytest.approx(np.sqrt(2))


def test_a_constant_prediction_correlates_with_nothing() -> None:
    assert metrics.per_gene_pearson(np.ones((30, 6)), B) == 0.0


def test_sign_accuracy_looks_at_responders_only_and_no_change_is_wrong() -> None:
    true = np.array([1.0, -1.0, 0.5, 0.01])
    assert metrics.sign_accuracy(np.array([2.0, 1.0, 0.1, -5.0]), true) == pytest.approx(2 / 3)
    assert metrics.sign_accuracy(np.zeros(4), true) == 0.0


def test_precision_counts_genes_found_with_the_right_sign() -> None:
    true = np.array([3.0, -2.0, 1.0, 0.1, 0.0])
    assert metrics.precision_at_k(np.array([1.0, 2.0, 0.5, 0.0, 0.0]), true, 3) == pytest.approx(2 / 3)
    assert metrics.precision_at_k(np.zeros(5), true, 3) == 0.0


@pytest.mark.parametrize("length", [20.0, 40.0])
def test_half_length_of_an_exponential(length) -> None:
    """Next to the region means the middle of the first ring, from which an exponential halves after ln 2 lengths."""
    distance = RNG.uniform(0, 240, 20_000)
    noisy = np.exp(-distance / length) + RNG.normal(0, 0.1, len(distance))
    expected = 10.0 + length * np.log(2.0)
    assert metrics.half_length(distance, noisy) == pytest.approx(expected, rel=0.15)


def test_half_length_of_nothing_and_of_what_never_falls() -> None:
    distance = np.linspace(0, 200, 500)
    assert np.isnan(metrics.half_length(distance, np.zeros(500)))
    assert metrics.half_length(distance, np.ones(500)) == np.inf


def test_morans_i_is_high_for_a_slope_and_none_for_noise() -> None:
    xy = RNG.uniform(0, 100, (800, 2))
    found = metrics.morans_i(np.column_stack([xy[:, 0], RNG.normal(size=800), np.ones(800)]), xy)
    assert found[0] > 0.9
    assert abs(found[1]) < 0.1
    assert found[2] == 0.0
