"""Damaged and foreign .h5ad files, and writing that a full disk cannot harm."""

import subprocess
import sys

import anndata as ad
import h5py
import pytest

from ripple_core.errors import DataError
from ripple_core.io import h5ad


def refused(path, words):
    with pytest.raises(DataError, match=words) as caught:
        h5ad.read(path)
    assert "\n" not in str(caught.value)


def test_text_is_not_an_h5ad(tmp_path):
    (tmp_path / "a.h5ad").write_text("gene,count\n")
    refused(tmp_path / "a.h5ad", "a.h5ad, which is of another kind")


def test_no_file(tmp_path):
    refused(tmp_path / "a.h5ad", "an .h5ad file, found nothing at .*a.h5ad. Check the path")


def test_an_empty_file(tmp_path):
    (tmp_path / "a.h5ad").touch()
    refused(tmp_path / "a.h5ad", "an empty file")


def test_another_hdf5_file(tmp_path):
    with h5py.File(tmp_path / "a.h5ad", "w") as file:
        file["matrix"] = [1, 2]
    refused(tmp_path / "a.h5ad", "an HDF5 file without obs and var")


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95, 0.999])
def test_a_file_cut_off_anywhere(section, write, share):
    content = write(section).read_bytes()
    path = write(section)
    path.write_bytes(content[: int(len(content) * share)])
    refused(path, "cut off|another kind|damaged")


def test_a_part_that_is_missing(section, write):
    path = write(section)
    with h5py.File(path, "a") as file:
        del file["X"]["indices"]
    refused(path, "a whole .h5ad file, found section.h5ad, which is damaged")


def test_a_table_of_another_length(section, write):
    path = write(section)
    with h5py.File(path, "a") as file:
        positions = file["obsm"]["spatial"][:50]
        del file["obsm"]["spatial"]
        file["obsm"]["spatial"] = positions
    refused(path, "damaged")


def test_repeated_names_are_no_warning_here(section, write, recwarn):
    section.obs_names = ["x"] * section.n_obs
    path = write(section)
    recwarn.clear()
    h5ad.read(path)
    assert not [w for w in recwarn if "unique" in str(w.message)]


def test_what_is_written_is_read_back(section, tmp_path):
    section.layers["response"] = section.X.toarray() / 3
    section.uns["ripple"] = "{}"
    h5ad.write(section, tmp_path / "out.h5ad")
    again = ad.read_h5ad(tmp_path / "out.h5ad")
    assert (again.X != section.X).nnz == 0
    assert (again.layers["response"] == section.layers["response"]).all()
    assert again.obs.equals(section.obs)
    assert again.uns["ripple"] == "{}"


FULL_DISK = """
import resource, sys
from ripple_core.errors import DataError
from ripple_core.io import h5ad
adata = h5ad.read(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    h5ad.write(adata, sys.argv[2])
except DataError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are a Unix thing")
def test_a_disk_that_fills_up_leaves_the_old_file_and_the_process(section, write, tmp_path):
    source, target = write(section), tmp_path / "out" / "result.h5ad"
    target.parent.mkdir()
    target.write_text("old")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(source), str(target)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Expected to write {target}, found File too large.")
    assert done.stderr == ""
    assert [file.name for file in target.parent.iterdir()] == ["result.h5ad"]
    assert target.read_text() == "old"
