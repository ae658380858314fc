"""A section whose counts stay on disk answers as one in memory, and hardly takes any."""

import subprocess
import sys

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from ripple_core import counts as matrix
from ripple_core import mapped
from ripple_core.encoded import Encoded
from ripple_core.errors import DataError
from ripple_core.expression import ExpressionSpace
from ripple_core.io import early, to_disk
from ripple_core.io.read import read
from ripple_core.section import Section


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch, tmp_path):
    monkeypatch.setattr(early, "FEW_VALUES", 0)
    monkeypatch.setattr(mapped, "VALUES_AT_ONCE", 500)
    monkeypatch.setenv(mapped.PLACE, str(tmp_path))


def on_disk(path):
    _, seen, _ = early.look(path, keep="disk")
    steps = list(seen.complete())
    assert any("disk" in step.message for step in steps)
    return seen


def same(one, other):
    np.testing.assert_array_equal(one.toarray(), other.toarray())


@pytest.mark.parametrize("kind", ["h5ad", "zarr"])
@pytest.mark.parametrize(
    "made",
    [sparse.csr_matrix, sparse.csc_matrix, lambda x: x.toarray().astype(np.int32)],
    ids=["cells", "genes", "dense"],
)
def test_it_answers_as_a_section_in_memory(section, tmp_path, kind, made):
    section.X = made(section.X)
    path = tmp_path / f"tissue.{kind}"
    (section.write_h5ad if kind == "h5ad" else section.write_zarr)(path)
    seen, whole = on_disk(path), Section.from_anndata(read(path))
    assert mapped.is_mapped(seen.counts)
    assert mapped.is_mapped(seen.by_gene)
    same(seen.counts, whole.counts)
    same(seen.by_gene, whole.by_gene)
    rows = np.array([5, 2, 9])
    same(seen.counts[rows], whole.counts[rows])
    same(seen.counts[3:8], whole.counts[3:8])
    same(seen.subset(rows).counts, whole.subset(rows).counts)
    np.testing.assert_array_equal(seen.gene(whole.genes[3], log=True), whole.gene(whole.genes[3], log=True))
    np.testing.assert_array_equal(seen.library_size, whole.library_size)
    mask = np.arange(len(whole)) % 3 == 0
    np.testing.assert_allclose(matrix.sums(seen.counts, mask), matrix.sums(whole.counts, mask))
    space = ExpressionSpace.fit(whole.counts, whole.genes)
    np.testing.assert_array_equal(Encoded(space, seen)[rows], Encoded(space, whole)[rows])
    assert seen.fingerprint == whole.fingerprint


def test_sections_of_one_file_stay_on_disk_each(section, tmp_path):
    section.obs["section"] = pd.Categorical(np.where(np.arange(section.n_obs) % 2, "odd", "even"))
    section.write_h5ad(tmp_path / "two.h5ad")
    _, seen, _ = early.look(tmp_path / "two.h5ad", keep="disk")
    for part, known in zip(seen.split(), Section.from_anndata(read(tmp_path / "two.h5ad")).split()):
        for _ in part.complete():
            pass
        assert mapped.is_mapped(part.counts)
        same(part.counts, known.counts)
        same(part.by_gene, known.by_gene)


def test_the_arrays_go_with_the_section(section, tmp_path):
    section.write_h5ad(tmp_path / "tissue.h5ad")
    seen = on_disk(tmp_path / "tissue.h5ad")
    assert len(list(tmp_path.glob("ripple-counts-*"))) == 1
    del seen
    assert not list(tmp_path.glob("ripple-counts-*"))


def test_the_choice_follows_the_memory_that_is_free(monkeypatch):
    free = mapped.psutil.virtual_memory().available
    assert not mapped.is_better(1000)
    assert mapped.is_better(free // mapped.BYTES_A_COUNT)


def test_counts_by_genes_are_sorted_out_on_disk_and_nothing_else_stays(section, tmp_path):
    values = sparse.random(701, 40, 0.4, "csc", np.uint8, np.random.default_rng(0), lambda n: np.full(n, 200, np.uint8))
    values.indices[:2] = values.indices[0]  # an entry twice, as some writers leave it
    section = ad.AnnData(values, obsm={"spatial": np.random.default_rng(0).uniform(0, 500, (701, 2))})
    section.write_h5ad(tmp_path / "by_gene.h5ad")
    _, seen, _ = early.look(tmp_path / "by_gene.h5ad", keep="disk")
    steps = list(seen.complete())
    assert sum("stored by genes" in step.message for step in steps) > 3
    same(seen.counts, values.astype(np.float32))
    assert seen.counts.max() == 400
    (folder,) = tmp_path.glob("ripple-counts-*")
    assert {path.name for path in folder.iterdir()} == {"data", "indices", "mirror-data", "mirror-indices"}


def test_without_room_nothing_is_begun():
    with pytest.raises(DataError, match="GB of room for the counts.*RIPPLE_SCRATCH"):
        mapped.Folder(10**15)
    assert to_disk.size_of(np.zeros((3, 4))) == 12


MEASURE = """
import sys
from pathlib import Path
import numpy as np
from ripple_core import mapped
from ripple_core.io import early
from ripple_core.encoded import Encoded
from ripple_core.expression import ExpressionSpace
from ripple_core.roi import Roi

def own():  # memory that is this program's alone, without mapped files, in MB
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024

mapped.VALUES_AT_ONCE = 1 << 17  # as if the section were eight times as large
_, seen, _ = early.look(Path(sys.argv[1]), keep="disk")
before, most = own(), 0.0
for _ in seen.complete():
    most = max(most, own())
values = seen.gene("g7")
rows = np.flatnonzero(Roi.circle((50.0, 50.0), 10.0).contains(seen.xy_um))
genes = len(seen.genes)
space = ExpressionSpace(seen.genes, 100.0, *np.ones((3, genes), np.float32))
Encoded(space, seen)[rows]
print(max(most, own()) - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux how much memory a program has for itself")
def test_memory_stays_far_below_the_section(tmp_path):
    cells, genes, each = 20_000, 2000, 200
    rng = np.random.default_rng(0)
    indices = np.sort(rng.integers(0, genes // each, (cells, each)) + np.arange(each) * (genes // each), axis=1)
    counts = sparse.csr_matrix((cells, genes), dtype=np.float32)
    counts.data, counts.indices = np.ones(cells * each, np.float32), indices.ravel().astype(np.int32)
    counts.indptr = np.arange(0, cells * each + 1, each, dtype=np.int32)
    var = pd.DataFrame(index=[f"g{i}" for i in range(genes)])
    obs = pd.DataFrame(index=[f"c{i}" for i in range(cells)])
    path = tmp_path / "large.h5ad"
    ad.AnnData(counts, obs, var, obsm={"spatial": rng.uniform(0, 100, (cells, 2))}).write_h5ad(path)
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, timeout=120)
    assert not done.returncode, done.stderr
    took_mb = float(done.stdout.split()[-1])
    assert took_mb < cells * genes * 4 / 2**20 / 5  # of what it takes densely
    assert took_mb < cells * each * mapped.BYTES_A_COUNT / 2**20 / 1.5  # of what it takes in memory
