"""The first look at a file, and the counts that follow, against the file read whole."""

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
import vendor_folders
from scipy import sparse

import ripple_core as rc
from ripple_core.errors import DataError
from ripple_core.io import early
from ripple_core.io.read import read
from ripple_core.section import Section


@pytest.fixture(autouse=True)
def _even_small_files_are_worth_it(monkeypatch):
    monkeypatch.setattr(early, "FEW_VALUES", 0)
    monkeypatch.setattr(early, "VALUES_AT_ONCE", 100)


def stored(adata, folder, kind):
    path = folder / f"tissue.{kind}"
    (adata.write_h5ad if kind == "h5ad" else adata.write_zarr)(path)
    return path


@pytest.mark.parametrize("kind", ["h5ad", "zarr"])
@pytest.mark.parametrize("made", [sparse.csr_matrix, sparse.csc_matrix, lambda x: x.toarray().astype(np.int32)])
def test_the_cells_come_first_and_the_counts_are_those_of_the_whole(section, tmp_path, kind, made):
    section.X = made(section.X)
    path = stored(section, tmp_path, kind)
    adata, seen, _ = early.look(path)
    whole = Section.from_anndata(read(path))
    assert not seen.is_complete
    assert adata.X is None
    np.testing.assert_array_equal(seen.xy_um, whole.xy_um)
    assert (seen.name, list(seen.genes), list(seen.cells)) == (whole.name, list(whole.genes), list(whole.cells))
    assert seen.label_key == whole.label_key
    assert not seen.is_complete
    steps = list(seen.complete())
    assert seen.is_complete
    assert steps[-1].message
    assert (seen.counts != whole.counts).nnz == 0
    assert seen.counts.dtype == np.float32
    np.testing.assert_array_equal(seen.gene("Gene3"), whole.gene("Gene3"))
    np.testing.assert_array_equal(seen.gene_sums, whole.gene_sums)
    assert seen.fingerprint == whole.fingerprint


def test_who_cannot_wait_reads_the_counts_at_once(section, tmp_path):
    _, seen, _ = early.look(stored(section, tmp_path, "h5ad"))
    np.testing.assert_array_equal(seen.subset(np.arange(5)).counts.toarray(), section.X.toarray()[:5])
    assert seen.is_complete


def test_reading_may_be_left_and_taken_up_again(section, tmp_path):
    _, seen, _ = early.look(stored(section, tmp_path, "h5ad"))
    steps = seen.complete()
    first = next(steps)
    assert first.total == section.X.nnz
    steps.close()
    assert not seen.is_complete
    np.testing.assert_array_equal(seen.counts.toarray(), section.X.toarray())


def test_parts_of_a_file_share_one_reading(section, tmp_path):
    section.obs["section"] = ["left" if i % 3 else "right" for i in range(100)]
    path = stored(section, tmp_path, "h5ad")
    parts = early.look(path)[1].split()
    wanted = Section.from_anndata(read(path)).split()
    assert [(one.name, len(one)) for one in parts] == [(one.name, len(one)) for one in wanted]
    list(parts[1].complete())
    assert [one.is_complete for one in parts] == [False, True]
    for one, other in zip(parts, wanted):
        assert (one.counts != other.counts).nnz == 0
        assert list(one.cells) == list(other.cells)


def test_values_that_turn_out_to_be_no_counts_are_refused_when_they_come(section, tmp_path, monkeypatch):
    monkeypatch.setattr(early, "FIRST_VALUES", 10)
    section.X.data[-1] = 0.5
    _, seen, _ = early.look(stored(section, tmp_path, "h5ad"))
    with pytest.raises(DataError, match="with decimals"):
        list(seen.complete())
    assert not seen.is_complete


@pytest.mark.parametrize("spoil", ["deleted", "damaged"])
def test_a_file_that_is_gone_before_its_counts_are_read_is_told_in_words(section, tmp_path, spoil):
    path = stored(section, tmp_path, "h5ad")
    _, seen, _ = early.look(path)
    if spoil == "deleted":
        path.unlink()
    else:
        with h5py.File(path, "r+") as file:
            del file["X"]
    with pytest.raises(DataError, match="open it again|Check the path"):
        list(seen.complete())
    assert not seen.is_complete


def test_what_has_to_be_read_whole_is_left_to_the_whole_reader(section, tmp_path):
    path = stored(section, tmp_path, "h5ad")
    assert early.look(path, "raw") is None
    assert early.look(path, "nothing") is None
    section.X = sparse.csr_matrix(np.log1p(section.X.toarray()))
    assert early.look(stored(section, tmp_path, "h5ad")) is None


def test_bad_positions_are_refused_at_the_first_look(section, tmp_path):
    del section.obsm["spatial"]
    with pytest.raises(DataError, match="positions in obsm"):
        early.look(stored(section, tmp_path, "h5ad"))


def test_a_zarr_store_is_read_as_an_h5ad_file_is(section, tmp_path):
    one, other = rc.read(stored(section, tmp_path, "h5ad")), rc.read(stored(section, tmp_path, "zarr"))
    assert isinstance(other, ad.AnnData)
    assert (one.X != other.X).nnz == 0
    np.testing.assert_array_equal(one.obsm["spatial"], other.obsm["spatial"])


class Chunked:
    """A stored array, as far as its pieces are concerned."""

    def __init__(self, size, chunk):
        self.shape, self.chunks = (size,), (chunk,)


@pytest.mark.parametrize(("size", "chunk"), [(1000, 30), (1000, 1), (1000, 400), (90, 30), (0, 30)])
def test_pieces_end_where_the_files_own_chunks_end(size, chunk):
    pieces = list(early._slices(Chunked(size, chunk)))
    assert [i for piece in pieces for i in range(piece.start, piece.stop)] == list(range(size))
    assert all(piece.start % chunk == 0 for piece in pieces)
    assert all(piece.stop - piece.start <= max(100, chunk) for piece in pieces)


def test_a_large_vendors_folder_shows_its_cells_before_its_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(early, "FEW_VALUES", 10)
    folder = vendor_folders.xenium(tmp_path / "one")
    table = pd.read_csv(folder / "cells.csv.gz")
    table.iloc[5:].to_csv(folder / "cells.csv.gz", index=False)
    adata, seen, _ = early.look(folder)
    whole = Section.from_anndata(read(folder))
    assert not seen.is_complete
    assert (seen.name, seen.label_key, len(seen)) == ("Region_1", "cluster", 55)
    assert list(seen.obs) == list(whole.obs)
    assert list(adata.var) == ["gene_id"]
    steps = list(seen.complete())
    assert any(step.message.startswith("Reading the counts") for step in steps)
    assert (seen.counts != whole.counts).nnz == 0
    assert seen.fingerprint == whole.fingerprint
