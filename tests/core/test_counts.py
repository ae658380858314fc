"""Counts: their space, sums over some cells, and the mirror by genes, each against the plain dense way."""

import numpy as np
import pytest
from scipy import sparse

from ripple_core import counts as matrix


def made(cells=300, genes=17, highest=4, seed=0):
    rng = np.random.default_rng(seed)
    dense = rng.integers(0, highest, (cells, genes)) * (rng.random((cells, genes)) < 0.3)
    return sparse.csr_matrix(dense.astype(np.float32))


@pytest.mark.parametrize("share", [None, 0.0, 0.01, 0.5, 1.0])
def test_sums_over_a_mask_are_those_of_the_dense_matrix(monkeypatch, share):
    monkeypatch.setattr(matrix, "CELLS_AT_ONCE", 64)
    counts = made()
    mask = None if share is None else np.random.default_rng(1).random(300) < share
    wanted = counts.toarray() if mask is None else counts.toarray()[mask]
    np.testing.assert_array_equal(matrix.sums(counts, mask), wanted.sum(axis=0))


def test_sums_do_not_stop_where_single_precision_does():
    many = sparse.csr_matrix(np.full((70_000, 1), 255, np.float32))
    assert matrix.sums(many)[0] == pytest.approx(70_000 * 255, rel=1e-7)
    ones = matrix.sums(sparse.csr_matrix(np.full((4 * matrix.CELLS_AT_ONCE, 1), 300, np.float32)))[0]
    assert ones == pytest.approx(4 * matrix.CELLS_AT_ONCE * 300, rel=1e-7)


def test_squares_are_those_of_the_dense_matrix():
    counts = made()
    np.testing.assert_array_equal(matrix.sums_of_squares(counts), (counts.toarray() ** 2).sum(axis=0))


def test_blocks_are_views_of_all_cells_in_turn():
    counts = made()
    parts = list(matrix.blocks(counts, 64))
    assert [(rows.start, rows.stop) for rows, _ in parts] == [(0, 64), (64, 128), (128, 192), (192, 256), (256, 300)]
    np.testing.assert_array_equal(np.vstack([part.toarray() for _, part in parts]), counts.toarray())
    assert all(np.shares_memory(part.data, counts.data) for _, part in parts)


@pytest.mark.parametrize(("highest", "kind"), [(3, np.uint8), (300, np.uint16), (70_000, np.uint32)])
def test_the_mirror_holds_the_same_counts_in_small_numbers(highest, kind):
    counts = made(highest=highest, cells=400)
    counts.data[0] = highest
    mirror = matrix.by_gene(counts)
    assert mirror.dtype == kind
    np.testing.assert_array_equal(mirror.toarray(), counts.toarray())
    for gene in range(counts.shape[1]):
        column = matrix.column(mirror, gene)
        assert column.dtype == np.float32
        np.testing.assert_array_equal(column, counts.toarray()[:, gene])


def test_counts_that_are_so_already_are_shared_and_others_are_left_as_they_were():
    counts = made()
    assert np.shares_memory(matrix.as_counts(counts).data, counts.data)
    twice = sparse.csr_matrix((np.float32([1, 2]), [1, 1], [0, 2]), shape=(1, 3))
    np.testing.assert_array_equal(matrix.as_counts(twice).toarray(), [[0, 3, 0]])
    assert len(twice.data) == 2
    assert matrix.as_counts(counts.toarray().astype(int)).dtype == np.float32


@pytest.mark.parametrize(
    ("values", "space"),
    [([0, 3], "counts"), ([0.5], "log-normalised"), ([-1, 2], "whole numbers, some negative"), ([np.nan], "NaN or infinite")],
)  # fmt: skip
def test_the_extent_of_values_says_their_space(monkeypatch, values, space):
    monkeypatch.setattr(matrix, "VALUES_AT_ONCE", 3)
    filled = np.concatenate([np.zeros(7), values])
    assert matrix.extent(filled).space == space
    if np.isfinite(filled).all():
        found = matrix.extent(filled)
        assert (found.lowest, found.highest) == (filled.min(), filled.max())
        assert found.whole == pytest.approx((filled == np.rint(filled)).mean())
