"""The scores against scipy and hand cases."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from ripple_core.benchmark import metrics

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
