"""p and FDR from a few placebos: right under the null whatever its shape, strong for what stands out, silent where nothing is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import polygamma
from scipy.stats import false_discovery_control

from ripple_core.perturb.chance import calibration
from ripple_core.perturb.chance.calibration import benjamini_hochberg, p_values

ITEMS, PLACEBOS, DRAWS = 120, 12, 60


def heavy_tailed(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Responses (rows, items) with another spread for each item, another strength for each row, and heavy tails."""
    spread = np.exp(np.random.default_rng(5).normal(0, 1, ITEMS))
    return rng.standard_t(4, (rows, ITEMS)) * spread * rng.lognormal(0, 0.3, (rows, 1))


@pytest.mark.parametrize("centred", [False, True])
def test_an_edit_like_the_placebos_is_rarely_significant(centred: bool) -> None:
    rng = np.random.default_rng(0)
    p = []
    for _ in range(DRAWS):
        drawn = heavy_tailed(rng, PLACEBOS + 1)
        p.append(p_values(drawn[0], drawn[1:], centred=centred))
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.015)
    assert np.mean([(benjamini_hochberg(one) < 0.05).mean() for one in p]) < 0.02


def test_few_placebos_are_enough_to_find_what_stands_out() -> None:
    drawn = heavy_tailed(np.random.default_rng(1), PLACEBOS + 1)
    spread = np.sqrt((drawn[1:] ** 2).mean(axis=0))
    drawn[0, :15] = 25 * spread[:15]
    q = benjamini_hochberg(p_values(drawn[0], drawn[1:]))
    assert (q[:15] < 0.05).all()
    assert (q[15:] < 0.05).mean() <= 0.05


def test_counted_from_zero_or_from_the_placebos_mean() -> None:
    drawn = 5 + np.random.default_rng(2).normal(0, 0.1, (PLACEBOS, ITEMS))
    nothing = np.zeros(ITEMS)
    assert p_values(nothing, drawn).min() == 1.0
    assert p_values(nothing, drawn, centred=True).max() < 0.01


def test_a_placebo_says_nothing_where_it_is_not_valid() -> None:
    drawn = heavy_tailed(np.random.default_rng(3), PLACEBOS + 1)
    valid = np.ones((PLACEBOS, ITEMS), dtype=bool)
    valid[0, :30] = False
    spoiled = drawn[1:].copy()
    spoiled[0, :30] = 1e9
    np.testing.assert_array_equal(p_values(drawn[0], spoiled, valid), p_values(drawn[0], drawn[1:], valid))


def test_too_few_placebos_give_no_p() -> None:
    drawn = heavy_tailed(np.random.default_rng(4), PLACEBOS + 1)
    assert np.isnan(p_values(drawn[0], drawn[1 : calibration.FEWEST])).all()
    valid = np.ones((PLACEBOS, ITEMS), dtype=bool)
    valid[2:, 7] = False
    p = p_values(drawn[0], drawn[1:], valid)
    assert np.isnan(p[7])
    assert np.isfinite(np.delete(p, 7)).all()


def test_a_model_that_changes_nothing_has_no_significant_gene() -> None:
    assert (p_values(np.zeros(ITEMS), np.zeros((PLACEBOS, ITEMS))) == 1.0).all()


def test_fdr_equals_scipy_and_leaves_out_what_is_unknown() -> None:
    p = np.random.default_rng(0).random(50) ** 2
    np.testing.assert_allclose(benjamini_hochberg(p), false_discovery_control(p))
    holes = np.insert(p, 10, np.nan)
    np.testing.assert_allclose(np.delete(benjamini_hochberg(holes), 10), false_discovery_control(p))
    assert np.isnan(benjamini_hochberg(holes)[10])


@pytest.mark.parametrize("value", [1e-3, 0.5, 1.6, 30.0])
def test_inverse_trigamma(value: float) -> None:
    assert float(polygamma(1, calibration._inverse_trigamma(value))) == pytest.approx(value, rel=1e-6)
