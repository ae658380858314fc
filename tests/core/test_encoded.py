"""Expression that is encoded as it is asked for, against the whole matrix encoded at once."""

import numpy as np
import pytest

from ripple_core import mapped
from ripple_core.encoded import Encoded, EncodedAnew, Everywhere, at_hand
from ripple_core.expression import ExpressionSpace
from ripple_core.perturb.editing.edits import AllCells
from ripple_core.section import Section


@pytest.fixture
def taken(section):
    return Section.from_anndata(section)


@pytest.fixture
def space(taken):
    """A space with two genes that the section lacks, in another order than the section's."""
    other = Section(taken.name, taken.counts, taken.xy_um, taken.genes[::-1], taken.cells, taken.obs)
    renamed = other.genes.to_list()
    renamed[2], renamed[5] = "Lost1", "Lost2"
    return ExpressionSpace.fit(taken.counts, other.genes.__class__(renamed))


def test_rows_are_those_of_the_whole_and_are_kept(taken, space):
    whole, match = space.encode(taken)
    encoded = Encoded(space, taken)
    assert encoded.shape == whole.shape
    np.testing.assert_array_equal(encoded.match.column, match.column)
    rng = np.random.default_rng(0)
    for _ in range(5):
        rows = rng.integers(0, len(taken), 30)  # some twice
        np.testing.assert_array_equal(encoded[rows], whole[rows])
    assert encoded[np.empty(0, np.int64)].shape == (0, 12)
    assert encoded._used == len(np.unique(encoded._slot[encoded._slot > 0]))


def test_encoded_anew_are_the_same_rows_and_kept_by_nobody(taken, space):
    whole, _ = space.encode(taken)
    anew = EncodedAnew(space, taken)
    rows = np.array([5, 90, 5, 0])
    np.testing.assert_array_equal(anew[rows], whole[rows])
    np.testing.assert_array_equal(anew[10:30], whole[10:30])
    np.testing.assert_array_equal(Encoded(space, taken)[10:30], whole[10:30])
    assert (len(anew), anew.shape) == (100, whole.shape)
    assert anew[rows] is not anew[rows]


def test_at_hand_is_the_whole_where_there_is_room(taken, space, monkeypatch):
    whole, _ = space.encode(taken)
    assert isinstance(at_hand(space, taken), np.ndarray)
    monkeypatch.setattr(mapped, "MOST_OF_FREE", 0.0)
    assert isinstance(at_hand(space, taken), EncodedAnew)
    np.testing.assert_array_equal(at_hand(space, taken)[:], whole)


def test_what_is_said_of_all_cells_is_what_the_whole_says(taken, space):
    whole, _ = space.encode(taken)
    encoded, dense = Encoded(space, taken), AllCells(whole)
    np.testing.assert_allclose(encoded.linear_means(), np.expm1(whole).mean(axis=0), rtol=1e-5)
    for gene in range(12):
        assert encoded.everywhere.linear_mean(gene) == pytest.approx(dense.linear_mean(gene), rel=1e-5)
        for percentile in (5, 50, 99):
            assert encoded.everywhere.percentile(gene, percentile) == dense.percentile(gene, percentile)


def test_a_gene_that_nobody_has_is_silent(taken):
    nobody = Everywhere(taken, np.ones(len(taken)), np.array([-1]))
    assert (nobody.linear_mean(0), nobody.percentile(0, 99)) == (0.0, 0.0)
