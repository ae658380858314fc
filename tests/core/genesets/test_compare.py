"""DEG between groups of cells, held against scipy's tests on dense values."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from ripple_core.errors import DataError
from ripple_core.expression import scale_to
from ripple_core.genesets.compare import Sides, compare, compare_iter, log2_fold, t_test, wilcoxon
from ripple_core.section import Section


@pytest.fixture(scope="module")
def section():
    """60 cells, of which the first 20 have more of gene 0 and none of gene 1; nobody has gene 11."""
    rng = np.random.default_rng(4)
    counts = rng.poisson(0.8, (60, 12)).astype(np.float32)
    counts[:20, 0] += rng.poisson(3, 20)
    counts[:20, 1], counts[:, 11], counts[:, 10] = 0, 0, 1
    names = pd.Index([f"g{i}" for i in range(12)])
    cells = pd.Index([f"c{i}" for i in range(60)])
    return Section("made", sparse.csr_matrix(counts), rng.random((60, 2)), names, cells, pd.DataFrame(index=cells))


FIRST = np.arange(20)


def values_of(section):
    scale = scale_to(10.0, section.counts)
    return scale, np.log1p(section.counts.toarray() * scale[:, None])


def test_wilcoxon_is_that_of_scipy_with_ties(section):
    scale, logged = values_of(section)
    table = compare(section, FIRST, np.arange(20, 55), scale=scale)
    for i in range(11):
        found = stats.mannwhitneyu(logged[:20, i], logged[20:55, i], method="asymptotic", use_continuity=False)
        assert table["p"][i] == pytest.approx(found.pvalue, rel=1e-6)
        assert np.sign(table["score"][i]) == np.sign(found.statistic - 20 * 35 / 2)
    assert (table["score"][11], table["p"][11]) == (0, 1)
    assert np.allclose(table["padj"], stats.false_discovery_control(table["p"]))


def test_the_t_test_takes_the_rest_for_no_larger_than_the_group(section):
    scale, logged = values_of(section)
    table = compare(section, FIRST, scale=scale, method="t-test")
    for i in range(11):
        a, b = logged[:20, i], logged[20:, i]
        found = stats.ttest_ind_from_stats(a.mean(), a.std(ddof=1), 20, b.mean(), b.std(ddof=1), 20, equal_var=False)
        assert table["score"][i] == pytest.approx(found.statistic, rel=1e-4)
        assert table["p"][i] == pytest.approx(found.pvalue, rel=1e-4)


def test_fold_changes_are_those_of_means_of_normalised_counts(section):
    scale, logged = values_of(section)
    table = compare(section, FIRST, scale=scale).set_index("gene")
    linear = np.expm1(logged)
    expected = np.log2((linear[:20, 0].mean() + 1 / 20) / (linear[20:, 0].mean() + 1 / 20))
    assert table.loc["g0", "lfc"] == pytest.approx(expected, rel=1e-5)
    assert table.loc["g0", "padj"] < 0.05 < table.loc["g5", "padj"]
    assert -10 < table.loc["g1", "lfc"] < -1  # a gene that one side lacks has a fold all the same
    assert table.loc["g11", "lfc"] == 0


def test_swapped_groups_turn_every_sign(section):
    scale, _ = values_of(section)
    one = compare(section, FIRST, np.arange(20, 60), scale=scale)
    other = compare(section, np.arange(20, 60), FIRST, scale=scale)
    assert np.allclose(one["lfc"], -other["lfc"])
    assert np.allclose(one["score"], -other["score"])
    assert np.allclose(one["p"], other["p"])


def test_a_cell_in_both_groups_counts_for_the_first(section):
    scale, _ = values_of(section)
    overlapping = compare(section, FIRST, np.arange(10, 60), scale=scale)
    pd.testing.assert_frame_equal(overlapping, compare(section, FIRST, np.arange(20, 60), scale=scale))


def test_it_streams_and_refuses_what_it_cannot_compare(section):
    scale, _ = values_of(section)
    steps = list(compare_iter(section, FIRST, None, scale))
    assert steps[-1].fraction == 1
    with pytest.raises(DataError, match="at least 3 cells, found 2 and 58"):
        compare(section, FIRST[:2], scale=scale)
    with pytest.raises(DataError, match="wilcoxon, t-test"):
        compare(section, FIRST, scale=scale, method="guess")


def test_values_that_never_vary_tell_nothing():
    same = Sides(np.ones(4), np.ones(5))
    assert wilcoxon(same) == t_test(same) == (0.0, 1.0)
    assert log2_fold(same.first, same.second) == 0
