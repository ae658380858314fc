"""The model's space: normalisation against a plain loop, genes matched by name, refusal of other panels."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from ripple_core.errors import CheckpointError
from ripple_core.expression import CEILING_BINS, ExpressionSpace
from ripple_core.section import Section


@pytest.fixture
def taken(section) -> Section:
    return Section.from_anndata(section)


@pytest.fixture
def space(taken) -> ExpressionSpace:
    return ExpressionSpace.fit(taken.counts, taken.genes)


def log_normalised_slowly(counts, target):
    rows = []
    for cell in counts.toarray():
        total = cell.sum()
        rows.append([np.log1p(value * target / total) if total else 0.0 for value in cell])
    return np.array(rows)


def test_normalisation_and_statistics_against_a_plain_loop(taken, space):
    slow = log_normalised_slowly(taken.counts, space.target_sum)
    assert space.target_sum == float(np.median(np.asarray(taken.counts.sum(axis=1))))
    np.testing.assert_allclose(space.encode(taken)[0], slow, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(space.mean, slow.mean(axis=0), rtol=1e-4)
    np.testing.assert_allclose(space.std, slow.std(axis=0), rtol=1e-3)
    high = [np.percentile(column[column > 0], 99) for column in slow.T]
    np.testing.assert_allclose(space.ceiling, high, rtol=1e-5)


def test_a_cell_without_counts_stays_at_zero(taken):
    counts = taken.counts.tolil()
    counts[0] = 0
    empty = Section(taken.name, counts.tocsr(), taken.xy_um, taken.genes, taken.cells, taken.obs)
    space = ExpressionSpace.fit(empty.counts, empty.genes)
    assert (space.encode(empty)[0][0] == 0).all()


def test_genes_meet_by_exact_name_before_any_case(space):
    match = space.match(pd.Index(["GENE0", "Gene0", "gene1", "Else"]))
    assert match.column[:3].tolist() == [1, 2, -1]
    assert match.matched == ("Gene0", "Gene1")
    assert match.unknown == ("GENE0", "Else")
    assert match.share == pytest.approx(2 / 12)


def test_missing_genes_hold_the_training_mean(taken, space):
    part = Section(taken.name, taken.counts[:, :8], taken.xy_um, taken.genes[:8], taken.cells, taken.obs)
    expression, match = space.encode(part)
    assert match.missing == tuple(taken.genes[8:])
    np.testing.assert_allclose(expression[:, 8:], np.tile(space.mean[8:], (100, 1)))


def test_the_order_of_the_sections_genes_does_not_matter(taken, space):
    turned = Section(taken.name, taken.counts[:, ::-1].tocsr(), taken.xy_um, taken.genes[::-1], taken.cells, taken.obs)
    np.testing.assert_allclose(space.encode(turned)[0], space.encode(taken)[0], rtol=1e-5)


def test_another_panel_is_refused(taken, space):
    names = pd.Index([f"Other{i}" for i in range(12)])
    other = Section(taken.name, taken.counts, taken.xy_um, names, taken.cells, taken.obs)
    with pytest.raises(CheckpointError, match="found 0 of 12 .*Gene0.*Other0"):
        space.encode(other)


def test_an_empty_training_set_has_a_scale():
    assert ExpressionSpace.fit(sparse.csr_matrix((3, 2)), pd.Index(["a", "b"])).target_sum == 1.0


def test_statistics_chunk_by_chunk_are_those_of_the_whole(taken, space):
    chunks = [taken.counts[start : start + 37] for start in range(0, len(taken), 37)]
    chunked = ExpressionSpace.fit_chunks(chunks, taken.genes)
    assert chunked.target_sum == space.target_sum
    np.testing.assert_allclose(chunked.mean, space.mean, rtol=1e-4)
    np.testing.assert_allclose(chunked.std, space.std, rtol=1e-3)
    np.testing.assert_allclose(chunked.ceiling, space.ceiling, atol=np.log1p(space.target_sum) / CEILING_BINS)


def test_counts_of_some_cells_are_encoded_as_in_the_whole(taken, space):
    for genes in (12, 8):
        part = Section(taken.name, taken.counts[:, :genes], taken.xy_um, taken.genes[:genes], taken.cells, taken.obs)
        whole, match = space.encode(part)
        np.testing.assert_array_equal(space.encode_counts(part.counts[5:9], match), whole[5:9])
