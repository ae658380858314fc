"""Stores: an AnnData as zarr, the table of a SpatialData, and what is neither."""

import anndata as ad
import numpy as np
import pytest

from ripple_core.errors import DataError
from ripple_core.io.read import read

zarr = pytest.importorskip("zarr")


def test_the_one_table_of_a_spatialdata_is_taken(section, tmp_path):
    root = zarr.open_group(str(tmp_path / "study.zarr"), mode="w")
    root.create_group("images")
    tables = root.create_group("tables")
    ad.io.write_elem(tables, "cells", section)
    taken = read(tmp_path / "study.zarr")
    np.testing.assert_array_equal(taken.obsm["spatial"], section.obsm["spatial"])
    ad.io.write_elem(tables, "spots", section)
    with pytest.raises(DataError, match="2 tables: cells, spots"):
        read(tmp_path / "study.zarr")


def test_other_folders_are_refused_in_plain_words(tmp_path):
    zarr.open_group(str(tmp_path / "picture.zarr"), mode="w")
    with pytest.raises(DataError, match="with no table"):
        read(tmp_path / "picture.zarr")
    (tmp_path / "empty.zarr").mkdir()
    with pytest.raises(DataError, match="Expected"):
        read(tmp_path / "empty.zarr")
