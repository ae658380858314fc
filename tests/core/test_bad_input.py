"""Bad input through the command line: exit code 1, one clear line, and nothing lost or half-written."""

import json
import re
import shutil
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pytest
from scipy import sparse

from ripple_core.cli import main
from ripple_core.roi import Roi

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def change(path, edit):
    """Change an AnnData file."""
    adata = ad.read_h5ad(path)
    changed = edit(adata)
    (adata if changed is None else changed).write_h5ad(path)


def test_good_input_first(bench):
    assert main(bench.perturb(bench.folder / "out" / "old.h5ad")) == 0
    assert bench.capsys.readouterr().err == ""
    assert ad.read_h5ad(bench.folder / "out" / "old.h5ad").n_obs > 0


def _drop_positions(adata):
    del adata.obsm["spatial"]


def _nan_position(adata):
    adata.obsm["spatial"][0, 0] = np.nan


def _same_positions(adata):
    adata.obsm["spatial"][:] = 1.0


def _same_cells(adata):
    adata.obs_names = ["cell"] * adata.n_obs


def _same_genes(adata):
    adata.var_names = [*adata.var_names[:-1], adata.var_names[0]]


def _negative(adata):
    adata.X = sparse.csr_matrix(adata.X.toarray() - 1)


def _logged(adata):
    adata.X = adata.X.log1p()


def _infinite(adata):
    adata.X.data[0] = np.inf


def _nothing_counted(adata):
    adata.X = adata.X * 0


def _no_cells(adata):
    return adata[:0].copy()


def _no_x(adata):
    adata.X = None


SPOILED_SECTIONS = {
    "no coordinates": (_drop_positions, r"positions in obsm\['spatial'\]"),
    "a coordinate that is NaN": (_nan_position, "1 cells without one"),
    "the same coordinates everywhere": (_same_positions, "at its own position"),
    "repeated cell names": (_same_cells, r"every cell name once, found 399 repeated \(cell"),
    "repeated gene names": (_same_genes, "every gene name once, found 1 repeated"),
    "nothing but zeros": (_nothing_counted, "raw counts in X, found only zeros. Check that X"),
    "negative values": (_negative, "raw counts in X, found .*negative"),
    "values with decimals": (_logged, "raw counts in X, found log-normalised values"),
    "infinite values": (_infinite, "raw counts|NaN or infinite"),
    "no cells": (_no_cells, "at least one cell"),
    "no X": (_no_x, "no X in unseen.h5ad"),
}


@pytest.mark.parametrize("spoiled", SPOILED_SECTIONS)
def test_a_section_that_cannot_be_used(bench, spoiled):
    spoil, expected = SPOILED_SECTIONS[spoiled]
    change(bench.folder / "unseen.h5ad", spoil)
    bench.fails(expected)
    assert re.search(expected, bench.refused(["info", bench.folder / "unseen.h5ad"]))
    train = ["train", bench.folder / "unseen.h5ad", "--model", "knn", "--out", bench.folder / "out" / "model"]
    assert re.search(expected, bench.refused(train))
    bench.untouched()


def _as_text(path):
    path.write_text("cell,gene,count\n")


def _empty(path):
    path.write_bytes(b"")


def _cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _cut_at_the_end(path):
    path.write_bytes(path.read_bytes()[:-100])


def _damage(path):
    with h5py.File(path, "a") as file:
        del file["X"]["indptr"]


def _other_hdf5(path):
    path.unlink()
    with h5py.File(path, "w") as file:
        file["matrix"] = np.zeros(3)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (_as_text, "an .h5ad file, found unseen.h5ad, which is of another kind"),
        (_empty, "an empty file"),
        (_cut, "which is cut off"),
        (_cut_at_the_end, "which is cut off"),
        (_damage, "a whole .h5ad file, found unseen.h5ad, which is damaged"),
        (_other_hdf5, "an HDF5 file without obs and var"),
        (Path.unlink, "nothing at"),
    ],
)
def test_a_section_file_that_cannot_be_read(bench, spoil, expected):
    spoil(bench.folder / "unseen.h5ad")
    bench.fails(expected)
    assert re.search(expected, bench.refused(["info", bench.folder / "unseen.h5ad"]))


def test_a_real_file_cut_off(bench, real_data, tmp_path):
    content = (real_data / "moffitt_merfish_poa.h5ad").read_bytes()
    (tmp_path / "half.h5ad").write_bytes(content[: len(content) // 2])
    assert "half.h5ad, which is cut off" in bench.refused(["info", tmp_path / "half.h5ad"])


def test_another_kind_of_file_and_an_absent_layer(bench):
    assert "that ends in .h5ad" in bench.refused(["info", bench.folder / "deg.csv"])
    assert "a layer 'umi'" in bench.refused(["info", bench.folder / "unseen.h5ad", "--layer", "umi"])
    assert "a column 'donor'" in bench.refused(["info", bench.folder / "unseen.h5ad", "--section-key", "donor"])


FEATURE = '{"type": "Feature", "properties": {}, "geometry": {"type": "%s", "coordinates": %s}}'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "GeoJSON file, found roi.geojson that does not parse"),
        ('{"type": "FeatureCollection", "features": []}', "at least one polygon"),
        ('{"cells": 3}', "GeoJSON polygon"),
        (FEATURE % ("Point", "[1, 2]"), "Polygon or MultiPolygon, found Point"),
        (FEATURE % ("LineString", "[[1, 2], [3, 4]]"), "found LineString"),
        (FEATURE % ("Polygon", "[]"), "a region with an area"),
        (FEATURE % ("Polygon", "[[[0, 0], [5, 5], [9, 9], [0, 0]]]"), "area|encloses nothing"),
        (FEATURE % ("Polygon", "[[[-9, -9], [-8, -9], [-8, -8], [-9, -9]]]"), "a region with cells in it, found none"),
        (FEATURE % ("Polygon", "[[[-999, -999], [999, -999], [999, 999], [-999, 999], [-999, -999]]]"), "every cell"),
    ],
)
def test_a_region_that_cannot_be_used(bench, content, expected):
    (bench.folder / "roi.geojson").write_text(content)
    bench.fails(expected)
    words = [
        "generate",
        bench.folder / "unseen.h5ad",
        "--checkpoint",
        bench.folder / "checkpoint",
        "--roi",
        bench.folder / "roi.geojson",
    ]
    assert re.search(expected, bench.refused([*words, "--out", bench.folder / "out" / "g.h5ad"]))
    bench.untouched()


def test_a_self_crossing_lasso_is_used_by_the_even_odd_rule(bench):
    bow_tie = [[60, 60], [180, 180], [180, 60], [60, 180], [60, 60]]
    (bench.folder / "roi.geojson").write_text(FEATURE % ("Polygon", json.dumps([bow_tie])))
    assert main(bench.perturb(bench.folder / "out" / "new.h5ad")) == 0
    result = ad.read_h5ad(bench.folder / "out" / "new.h5ad")
    xy = result.obsm["spatial"][(result.obs["ripple_role"] == "roi").to_numpy()]
    assert (
        len(xy)
        == Roi.from_vertices(bow_tie[:-1]).contains(ad.read_h5ad(bench.folder / "unseen.h5ad").obsm["spatial"]).sum()
    )
    assert (xy[:, 0] < 120).any()
    assert (xy[:, 0] > 120).any()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("gene,score\nLig1-01,3\n", "a log2-fold-change column, found no log2-fold-change column in deg.csv"),
        ("log2FC\n3\n", "found no gene column"),
        ("", "deg.csv, which is empty"),
        ("gene,log2FC\nLig1-01,high\n", "at least one gene with a fold change"),
        ("gene,log2FC\nNope-1,2\nNope-2,1\n", r"found none of 2 \(Nope-1, Nope-2 …\)"),
        ("gene,log2FC\nLig1-01,0\n", "none of 1 after the cut-offs"),
    ],
)
def test_an_edit_that_cannot_be_used(bench, content, expected):
    (bench.folder / "deg.csv").write_text(content)
    bench.fails(expected)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("e.gmt", "Mine\t\tLig1-01\n", r"none named. Choose by --set \(set_name in Python\) one of: Mine"),
        ("e.gmt", "", "an empty file"),
        ("e.json", "{", "does not parse"),
        ("e.json", '{"kind": "melt", "genes": {"Lig1-01": 1}}', "kind = 'melt'"),
        ("none.csv", None, "no file at"),
    ],
)
def test_other_edit_files_that_cannot_be_used(bench, name, content, expected):
    if content is not None:
        (bench.folder / name).write_text(content)
    bench.fails(expected, "--edit", bench.folder / name)


def _other_genes(folder):
    table = (folder / "genes.csv").read_text()
    (folder / "genes.csv").write_text(re.sub("(?m)^(Gene|Lig|Up|Down)", "Other", table))


def _no_config(folder):
    (folder / "config.json").unlink()


def _broken_config(folder):
    (folder / "config.json").write_text("{")


def _cut_weights(folder):
    path = folder / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:200])


def _other_weights(folder):
    shutil.copy(folder / "vocabulary.safetensors", folder / "weights.safetensors")


def _fewer_genes(folder):
    lines = (folder / "genes.csv").read_text().splitlines()
    (folder / "genes.csv").write_text("\n".join(lines[:-20]))


def _config(folder, **values):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def _other_model(folder):
    _config(folder, model="scgpt")


def _newer_format(folder):
    _config(folder, format=99)


def _gone(folder):
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (_other_genes, "at least 30% of the model's genes in the section, found 0 of 200"),
        (_no_config, "without config.json"),
        (_broken_config, "a whole checkpoint, found a damaged one"),
        (_cut_weights, "a whole checkpoint, found a damaged one"),
        (_other_weights, "a whole checkpoint, found a damaged one"),
        (_fewer_genes, "a whole checkpoint, found a damaged one"),
        (_other_model, "found one of 'scgpt'"),
        (_newer_format, "found format 99"),
        (_gone, "nothing at"),
    ],
)
def test_a_checkpoint_that_cannot_be_used(bench, spoil, expected):
    spoil(bench.folder / "checkpoint")
    bench.fails(expected)


def test_a_file_in_place_of_a_checkpoint(bench):
    bench.fails("a checkpoint folder, found a file", "--checkpoint", bench.folder / "deg.csv")


def test_a_device_that_is_not_there(bench):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("this computer has a CUDA device")
    bench.fails("a cuda device on this computer, found none. Choose auto or cpu", "--device", "cuda")
    bench.fails("device auto, cpu, cuda or mps, found 'abacus'", "--device", "abacus")
    sizes = bench.folder / "sizes.json"
    sizes.write_text('{"meta_cells": 8, "components": 4, "levels": [3], "layers": 1, "dim": 16, "heads": 2}')
    train = [
        "train",
        bench.folder / "unseen.h5ad",
        "--out",
        bench.folder / "out" / "m",
        "--config",
        sizes,
        "--device",
        "cuda",
    ]
    assert "a cuda device" in bench.refused(train)
    bench.untouched()
