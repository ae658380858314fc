"""Which reader opens a file, and files whose X is not counts."""

import numpy as np
import pytest
from scipy import sparse

from ripple_core.errors import DataError
from ripple_core.io.read import read
from ripple_core.section import Section


def test_a_section_file_is_read_whole(section, write):
    adata = read(write(section, "slice 1.h5ad"))
    assert adata.uns["name"] == "slice 1"
    assert (adata.X != section.X).nnz == 0
    np.testing.assert_array_equal(Section.from_anndata(adata).xy_um, section.obsm["spatial"])


def test_a_name_that_the_file_states_is_kept(section, write):
    section.uns["name"] = "Mouse 3"
    assert read(write(section)).uns["name"] == "Mouse 3"


@pytest.mark.parametrize("name", ["cells.csv", "cells.h5", "cells"])
def test_other_endings_are_refused(tmp_path, name):
    (tmp_path / name).write_text("x")
    with pytest.raises(DataError, match=rf"a file that ends in \.h5ad or \.zarr, or a folder of .*, found {name}"):
        read(tmp_path / name)


def test_a_folder_and_nothing_are_said(tmp_path):
    with pytest.raises(DataError, match=r"\(a folder\)"):
        read(tmp_path)
    with pytest.raises(DataError, match="nothing at"):
        read(tmp_path / "none.h5ad")


def scaled(section):
    """The same section with log values in X."""
    other = section.copy()
    other.X = other.X.log1p()
    return other


def test_log_values_are_refused_and_the_layer_with_counts_is_named(section, write):
    other = scaled(section)
    other.layers["log"] = other.X.copy()
    other.layers["counts"] = section.X.copy()
    with pytest.raises(DataError, match="found log-normalised values. Pass --layer counts, which holds counts"):
        read(write(other))
    assert (read(write(other), layer="counts").X != section.X).nnz == 0


def test_counts_in_raw_are_named_and_taken(section, write):
    whole = section.copy()
    other = scaled(section)[:, :5].copy()
    other.raw = whole
    with pytest.raises(DataError, match="Pass --layer raw"):
        read(write(other))
    adata = read(write(other), layer="raw")
    assert adata.shape == section.shape
    assert "spatial" in adata.obsm


def test_without_counts_anywhere_the_way_out_says_so(section, write):
    with pytest.raises(DataError, match="Store the raw counts in X or in a layer"):
        read(write(scaled(section)))


def test_an_absent_layer_is_said_with_those_there_are(section, write):
    section.layers["counts"] = section.X.copy()
    with pytest.raises(DataError, match=r"a layer 'umi' in section.h5ad, found layers 'counts'"):
        read(write(section), layer="umi")
    with pytest.raises(DataError, match="a layer 'raw'"):
        read(write(section), layer="raw")


def test_without_x_a_layer_is_asked_for(section, write):
    section.layers["counts"] = section.X.copy()
    section.X = None
    with pytest.raises(DataError, match=r"no X in section.h5ad \(layers 'counts'\)"):
        read(write(section))
    assert read(write(section), layer="counts").X.sum() > 0


@pytest.mark.parametrize("kind", [np.int64, np.float64, np.uint16])
def test_counts_of_any_number_type(section, write, kind):
    section.X = sparse.csr_matrix(section.X).astype(kind)
    assert read(write(section)).X.sum() == section.X.sum()


@pytest.mark.parametrize(("change", "space"), [(-1.0, "z-scored|negative"), (0.5, "log-normalised")])
def test_other_spaces_are_named(section, write, change, space):
    section.X = section.X.toarray() + change
    with pytest.raises(DataError, match=space):
        read(write(section))
