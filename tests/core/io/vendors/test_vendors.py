"""Vendors' folders as sections: counts, names, µm, what is left out, and what is said of folders that lack something."""

import h5py
import numpy as np
import pandas as pd
import pytest
import vendor_folders

from ripple_core.cli import main
from ripple_core.errors import DataError
from ripple_core.io import vendors
from ripple_core.io.describe import describe
from ripple_core.io.read import read
from ripple_core.section import Section

MAKERS = {
    "Xenium": vendor_folders.xenium,
    "Visium": vendor_folders.visium,
    "MERSCOPE": vendor_folders.merscope,
    "CosMx": vendor_folders.cosmx,
}


@pytest.mark.parametrize("title", MAKERS)
def test_a_folder_is_known_by_its_files_and_reads_as_a_section(tmp_path, title):
    folder = MAKERS[title](tmp_path / "slide 7")
    assert vendors.find(folder)[0].title == title
    adata = read(folder)
    section = Section.from_anndata(adata)
    assert list(section.genes) == vendor_folders.GENES or title == "Visium"
    report = describe(adata)
    assert report.unit == "µm, as the file says"
    assert not any("unit" in note for note in section.notes)


def test_every_vendor_is_tested():
    assert [vendor.title for vendor in vendors.VENDORS] == list(MAKERS)


def test_xenium_cells_have_their_own_counts_and_micrometres(tmp_path):
    folder = vendor_folders.xenium(tmp_path / "output-XETG1__1__Region_1")
    adata = read(folder)
    table = pd.read_csv(folder / "cells.csv.gz", index_col="cell_id").loc[adata.obs_names]
    np.testing.assert_array_equal(adata.obsm["spatial"], table[["x_centroid", "y_centroid"]])
    np.testing.assert_array_equal(adata.X.toarray(), vendor_folders.counts(60, 14).toarray()[:, :8])
    assert adata.uns["name"] == "Region_1"
    assert list(adata.var["gene_id"][:2]) == ["ENSG00000000000", "ENSG00000000001"]
    assert list(adata.obs["cluster"][:4]) == ["cluster 1", "cluster 2", "cluster 3", "cluster 1"]
    assert Section.from_anndata(adata).label_key == "cluster"
    (note,) = (note for note in describe(adata).notes if "Left out" in note)
    assert "negative control probe 3, negative control codeword 2, unassigned codeword 1" in note


def test_xenium_cells_in_parquet_are_the_same(tmp_path):
    pytest.importorskip("pyarrow")
    one = read(vendor_folders.xenium(tmp_path / "one", table="parquet"))
    other = read(vendor_folders.xenium(tmp_path / "other"))
    np.testing.assert_allclose(one.obsm["spatial"], other.obsm["spatial"])
    assert list(one.obs_names) == list(other.obs_names)


@pytest.mark.parametrize("header", [True, False])
def test_visium_spots_are_100_um_apart_and_those_beside_the_tissue_left_out(tmp_path, header):
    adata = read(vendor_folders.visium(tmp_path / "sample 3" / "outs", header=header))
    assert adata.n_obs == 12 * 20
    assert adata.uns["name"] == "sample 3"
    assert Section.from_anndata(adata).nearest_um == pytest.approx(100.0, rel=0.01)
    assert list(adata.var_names[:2]) == ["ENSG00000000000", "Gene1"]
    assert adata.var_names[-1] == "ENSG00000000008"


def test_visium_without_the_filtered_matrix_takes_the_spots_under_the_tissue(tmp_path):
    folder = vendor_folders.visium(tmp_path / "outs")
    (folder / "filtered_feature_bc_matrix.h5").unlink()
    adata = read(folder)
    assert adata.n_obs == 12 * 20
    assert any("40 spots beside the tissue" in note for note in describe(adata).notes)


def test_visium_hd_opens_at_the_size_of_cells_and_any_other_by_its_own_folder(tmp_path):
    pytest.importorskip("pyarrow")
    folder = vendor_folders.visium_hd(tmp_path / "embryo" / "outs")
    for place, size in [(folder.parent, 8), (folder, 8), (folder / "binned_outputs/square_016um", 16)]:
        adata = read(place)
        assert Section.from_anndata(adata).nearest_um == pytest.approx(size)
        assert adata.uns["name"] == f"embryo {size}um"


def test_merscope_cells_are_joined_by_their_long_names(tmp_path):
    folder = vendor_folders.merscope(tmp_path / "region_0")
    adata = read(folder)
    table = pd.read_csv(folder / "cell_metadata.csv", dtype={"EntityID": str}, index_col="EntityID")
    np.testing.assert_array_equal(adata.obsm["spatial"], table.loc[adata.obs_names, ["center_x", "center_y"]])
    np.testing.assert_array_equal(adata.X.toarray(), vendor_folders.counts(50, 10).toarray()[:, :8])
    assert any("2 control probes" in note for note in describe(adata).notes)


def test_cosmx_pixels_become_micrometres_and_the_background_is_left_out(tmp_path):
    folder = vendor_folders.cosmx(tmp_path / "slide")
    adata = read(folder)
    assert adata.n_obs == 38
    assert list(adata.obs_names[:2]) == ["1_1", "1_2"]
    table = pd.read_csv(folder / "slide_metadata_file.csv.gz")
    assert adata.obsm["spatial"][0, 0] == pytest.approx(table["CenterX_global_px"][0] * 0.120280945)


@pytest.mark.parametrize(
    ("title", "lost", "words"),
    [
        ("Xenium", "cells.csv.gz", r"the table of cells \(cells.parquet or"),
        ("Xenium", "cell_feature_matrix.h5", r"the counts \(cell_feature_matrix.h5\) in slide 7"),
        ("Visium", "spatial/tissue_positions.csv", "positions of the spots"),
        ("Visium", "spatial/scalefactors_json.json", "the scale of the image"),
        ("MERSCOPE", "cell_metadata.csv", r"the table of cells \(\*cell_metadata.csv\)"),
        ("CosMx", "slide_metadata_file.csv.gz", "the table of cells"),
    ],
)
def test_what_a_folder_lacks_is_named_with_what_it_has(tmp_path, title, lost, words):
    folder = MAKERS[title](tmp_path / "slide 7")
    (folder / lost).unlink()
    with pytest.raises(DataError, match=rf"^Expected {words}.*found .*\. Copy or download the whole folder again\.$"):
        read(folder)


def test_damage_is_said(tmp_path):
    folder = vendor_folders.xenium(tmp_path / "one")
    whole = (folder / "cell_feature_matrix.h5").read_bytes()
    (folder / "cell_feature_matrix.h5").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="a matrix of 10x Genomics, found cell_feature_matrix.h5, which is damaged"):
        read(folder)
    with h5py.File(folder / "cell_feature_matrix.h5", "w") as file:
        file.create_group("GRCh38")
    with pytest.raises(
        DataError, match="of Cell Ranger 3 or later, found cell_feature_matrix.h5 without matrix/barcodes"
    ):
        read(folder)


def test_cells_without_a_position_and_tables_of_other_cells(tmp_path):
    folder = vendor_folders.xenium(tmp_path / "one")
    table = pd.read_csv(folder / "cells.csv.gz")
    table.iloc[5:].to_csv(folder / "cells.csv.gz", index=False)
    adata = read(folder)
    assert adata.n_obs == 55
    assert any("5 cells of the matrix have no position" in note for note in describe(adata).notes)
    table.assign(cell_id=[f"x{n}" for n in range(60)]).to_csv(folder / "cells.csv.gz", index=False)
    with pytest.raises(DataError, match="the same cells in the matrix and in the table"):
        read(folder)


@pytest.mark.parametrize("name", ["experiment.xenium", "cell_feature_matrix.h5"])
def test_a_file_that_tells_its_folder_opens_it(tmp_path, name):
    folder = vendor_folders.xenium(tmp_path / "one")
    assert read(folder / name).n_obs == 60


def test_layers_are_not_for_folders(tmp_path):
    with pytest.raises(DataError, match="Leave --layer out"):
        read(vendor_folders.xenium(tmp_path / "one"), layer="counts")


def test_the_command_line_takes_a_folder(tmp_path, capsys):
    assert main(["info", str(vendor_folders.xenium(tmp_path / "one"))]) == 0
    said = capsys.readouterr().out
    assert "Region_1: 60 cells × 8 genes" in said
    assert "positions: µm, as the file says" in said
    assert "labels in cluster: 3" in said
    assert "Left out, being no genes: negative control probe 3" in said
