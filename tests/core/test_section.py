"""A section: what is taken from AnnData, what is refused, and how it is cut."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.spatial import distance_matrix

from ripple_core.checks import expression_space
from ripple_core.errors import DataError
from ripple_core.section import Section


def test_counts_positions_and_names_are_kept(section):
    taken = Section.from_anndata(section, name="one")
    assert (len(taken), len(taken.genes), taken.name) == (100, 12, "one")
    np.testing.assert_array_equal(taken.counts.toarray(), section.X.toarray())
    np.testing.assert_array_equal(taken.xy_um, section.obsm["spatial"])
    assert list(taken.cells) == list(section.obs_names)


def test_anndata_and_back_is_the_same(section):
    taken = Section.from_anndata(section, name="one")
    again = Section.from_anndata(taken.to_anndata())
    assert again.name == "one"
    assert (again.counts != taken.counts).nnz == 0
    np.testing.assert_array_equal(again.xy_um, taken.xy_um)
    assert again.obs.equals(taken.obs)


def test_the_section_does_not_change_with_its_source(section):
    taken = Section.from_anndata(section)
    before = taken.xy_um.copy()
    section.obsm["spatial"][:] = 0
    section.obs["cell_type"] = "C"
    np.testing.assert_array_equal(taken.xy_um, before)
    assert set(taken.obs["cell_type"]) == {"A", "B"}


def test_a_dense_matrix_serves_as_well(section):
    dense = section.copy()
    dense.X = dense.X.toarray()
    assert (Section.from_anndata(dense).counts != Section.from_anndata(section).counts).nnz == 0


def test_subset_by_mask_and_by_position_agree(section):
    taken = Section.from_anndata(section)
    mask = np.arange(100) % 7 == 0
    by_mask, by_position = taken.subset(mask), taken.subset(np.flatnonzero(mask))
    assert list(by_mask.cells) == list(by_position.cells)
    np.testing.assert_array_equal(by_mask.counts.toarray(), section.X.toarray()[mask])


def test_split_gives_one_section_a_value(section):
    section.obs["section"] = ["left" if i % 2 else "right" for i in range(100)]
    parts = Section.from_anndata(section).split()
    assert [(part.name, len(part)) for part in parts] == [("right", 50), ("left", 50)]
    with pytest.raises(DataError, match="donor"):
        Section.from_anndata(section).split("donor")


def test_without_a_section_column_the_whole_is_one(section):
    assert [len(part) for part in Section.from_anndata(section).split()] == [100]


def test_cells_without_a_section_are_a_part_of_their_own(section):
    section.obs["section"] = pd.Categorical(["A" if i % 2 else None for i in range(100)])
    parts = Section.from_anndata(section).split()
    assert {part.name: len(part) for part in parts} == {"(no section)": 50, "A": 50}


def test_a_section_column_without_values_tells_nothing(section):
    section.obs["section"] = np.nan
    whole = Section.from_anndata(section)
    assert whole.section_key is None
    assert [part.name for part in whole.split()] == [whole.name]


def test_a_label_of_one_value_is_no_label(section):
    assert Section.from_anndata(section).label_key == "cell_type"
    section.obs["cell_type"] = "A"
    assert Section.from_anndata(section).label_key is None
    section.obs["leiden"] = ["0", "1"] * 50
    assert Section.from_anndata(section).label_key == "leiden", "the next column that tells cells apart"


def test_one_gene_raw_and_scaled(section):
    taken = Section.from_anndata(section)
    dense = section.X.toarray()
    size = dense.sum(axis=1)
    np.testing.assert_array_equal(taken.gene("Gene3"), dense[:, 3])
    np.testing.assert_allclose(
        taken.gene("Gene3", log=True), np.log1p(dense[:, 3] * np.median(size) / np.maximum(size, 1)), rtol=1e-5
    )
    with pytest.raises(DataError, match="Gene99"):
        taken.gene("Gene99")


def test_nearest_distance_against_all_pairs(section):
    taken = Section.from_anndata(section)
    pairs = distance_matrix(taken.xy_um, taken.xy_um)
    np.fill_diagonal(pairs, np.inf)
    assert taken.nearest_um == pytest.approx(np.median(pairs.min(axis=1)))


def test_an_unlikely_unit_is_scaled_and_said(section):
    section.obsm["spatial"] = section.obsm["spatial"] / 1000
    taken = Section.from_anndata(section)
    assert taken.nearest_um == pytest.approx(10.0, rel=0.2)
    assert "unit" in taken.notes[0]
    section.uns["spatial_unit"] = "micrometre"
    assert Section.from_anndata(section).notes == ()


def test_a_few_repeated_positions_are_kept_and_said(section):
    section.obsm["spatial"][1] = section.obsm["spatial"][0]
    taken = Section.from_anndata(section)
    assert len(taken) == 100
    assert "1 cells share their position" in taken.notes[0]


def _no_positions(adata):
    del adata.obsm["spatial"]


def _text_positions(adata):
    adata.obsm["spatial"] = adata.obsm["spatial"].astype(str)


def _nan_position(adata):
    adata.obsm["spatial"][3, 1] = np.nan


def _one_position(adata):
    adata.obsm["spatial"][:] = 5.0


def _repeated_cell(adata):
    adata.obs_names = ["x", "x", *adata.obs_names[2:]]


def _repeated_gene(adata):
    adata.var_names = ["g", "g", *adata.var_names[2:]]


def _negative(adata):
    adata.X[0, 0] = -2


def _decimals(adata):
    adata.X = adata.X * 0.37


def _infinite(adata):
    adata.X[0, 0] = np.inf


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_no_positions, "positions in obsm['spatial'], found obsm with nothing"),
        (_text_positions, "two numeric columns"),
        (_nan_position, "1 cells without one"),
        (_one_position, "at its own position"),
        (_repeated_cell, "every cell name once, found 1 repeated (x …)"),
        (_repeated_gene, "every gene name once, found 1 repeated (g …)"),
        (_negative, "negative values (lowest -2)"),
        (_decimals, "with decimals"),
        (_infinite, "NaN or infinite"),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::scipy.sparse.SparseEfficiencyWarning")
def test_what_cannot_be_a_section_is_refused(section, spoil, words):
    spoil(section)
    with pytest.raises(DataError, match=re.escape(words)):
        Section.from_anndata(section)


def test_an_empty_table_is_refused(section):
    with pytest.raises(DataError, match="found 0 × 12"):
        Section.from_anndata(section[:0].copy())


@pytest.mark.parametrize(
    ("values", "space"),
    [
        ([[0, 3], [1, 0]], "counts"),
        ([[0, 1.5], [1, 0]], "log-normalised"),
        ([[0, 1.5], [100, 0]], "normalised"),
        ([[0, -1.5], [1, 0]], "z-scored"),
        ([[0, -1], [1, 0]], "whole numbers, some negative"),
        ([[0, 0], [0, 0]], "counts"),
    ],
)
def test_the_expression_space_is_guessed(section, values, space):
    small = section[:2, :2].copy()
    small.X = sparse.csr_matrix(np.array(values, dtype=np.float32))
    assert expression_space(small) == space
    small.X = np.array(values, dtype=np.float32)
    assert expression_space(small) == space


def test_a_section_of_its_own_is_not_copied_when_it_is_split(section):
    section.obs["section"] = "left"
    whole = Section.from_anndata(section, name="left")
    assert whole.split()[0] is whole
    other = Section.from_anndata(section, name="file").split()[0]
    assert other.name == "left"
    assert np.shares_memory(other.counts.data, section.X.data)


def test_labels_are_made_once_a_column_and_follow_a_new_one(section):
    taken = Section.from_anndata(section)
    for values in (["a", "b"] * 50, ["b", "c"] * 50):
        taken.obs["kind"] = values
        labels = taken.labels("kind")
        assert labels.astype(str).tolist() == values
        assert taken.labels("kind") is labels
    taken.obs["kind"] = taken.obs["kind"].astype("category").cat.add_categories(["d"])
    assert list(taken.labels("kind").cat.categories) == ["b", "c"]


def test_the_fingerprint_is_the_hash_of_all_parts(section, monkeypatch):
    import hashlib

    taken = Section.from_anndata(section)
    monkeypatch.setattr("ripple_core.section.NAMES_AT_ONCE", 7)
    digest = hashlib.sha256()
    for part in (taken.counts.indptr, taken.counts.indices, taken.counts.data, taken.xy_um):
        digest.update(part.tobytes())
    digest.update("\n".join([*taken.cells, *taken.genes]).encode())
    assert taken.fingerprint == digest.hexdigest()


def test_with_columns_adds_and_replaces_and_shares_the_rest(section):
    whole = Section.from_anndata(section)
    sums = whole.gene_sums
    table = pd.DataFrame({"niche": pd.Categorical(["1", "2"] * 50), "cell_type": ["C"] * 100}, index=whole.cells)
    more = whole.with_columns(table)
    assert list(more.obs["niche"].cat.categories) == ["1", "2"]
    assert set(more.obs["cell_type"]) == {"C"}
    assert (more.label_key, whole.label_key) == (None, "cell_type")
    assert more.counts is whole.counts
    assert more.gene_sums is sums
    assert "niche" not in whole.obs
    with pytest.raises(DataError, match="row for each cell"):
        whole.with_columns(table[::-1])


@pytest.mark.parametrize("values", [list("abca"), [1.5, 2.5, None, 1.5], ["x", None, "x", "x"]])
def test_few_values_are_told_without_counting_all(values):
    names = pd.Index(list("pqrs"))
    for column in (pd.Series(values, index=names), pd.Series(values, index=names).astype("category")):
        made = Section("s", sparse.csr_matrix((4, 1)), np.zeros((4, 2)), pd.Index(["g"]), names, column.to_frame("key"))
        for most in range(4):
            assert made.has_few("key", most) == (column.nunique() <= most)


def test_what_cells_cover_is_their_span():
    names = pd.Index(["a", "b"])
    xy = np.array([[1.0, 5.0], [4.0, -2.0]])
    made = Section("s", sparse.csr_matrix((2, 1)), xy, pd.Index(["g"]), names, pd.DataFrame(index=names))
    np.testing.assert_array_equal(made.span_um, np.ptp(xy, axis=0))
