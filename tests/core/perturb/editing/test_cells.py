"""Edits of whole cells and of some cells, against what is done by hand with the same cells."""

import json

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import ripple_core as rc
from ripple_core.cli import main
from ripple_core.errors import DataError
from ripple_core.perturb.editing import edits
from ripple_core.perturb.editing.cells import Cells, Scope
from ripple_core.recipe import Recipe
from ripple_core.roi import Roi
from ripple_core.section import Section

B, T = Cells(key="cell_type", label="B"), Cells(key="cell_type", label="T")
ROWS = np.arange(8)
RIGHT = Roi.from_vertices(np.array([[7.5, -1], [25, -1], [25, 2], [7.5, 2]]), "right")


@pytest.fixture(scope="module")
def section():
    """Twenty cells in a row, 1 µm apart: T and B in turn."""
    rng = np.random.default_rng(0)
    names = pd.Index([f"c{i}" for i in range(20)])
    obs = pd.DataFrame({"cell_type": ["T", "B"] * 10}, index=names)
    xy = np.column_stack([np.arange(20.0), np.zeros(20)])
    counts = sparse.csr_matrix(rng.poisson(2, (20, 5)).astype(np.float32))
    return Section("row", counts, xy, pd.Index([f"g{i}" for i in range(5)]), names, obs)


@pytest.fixture(scope="module")
def everything():
    return np.random.default_rng(1).random((20, 5)).astype(np.float32)


def applied(edit, section, everything, **more):
    scope = Scope(section, ROWS, more.pop("own", None))
    return edits.apply(edit, everything[ROWS], section.genes, reference=everything, scope=scope, **more)


@pytest.mark.parametrize("strength", [0.0, 0.4, 1.0, 3.0])
def test_transfer_goes_to_the_mean_profile(section, everything, strength):
    found = applied(edits.transfer(B, strength=strength), section, everything, ceiling=np.zeros(5))
    profile = everything[1::2].mean(axis=0)
    share = min(strength, 1.0)
    assert np.allclose(found.expression, (1 - share) * everything[ROWS] + share * profile, atol=1e-6)
    assert found.edited.all()
    assert found.capped == ()


def test_transfer_from_a_region_to_some_cells(section, everything):
    edit = edits.transfer(Cells(region=RIGHT.as_feature()), where=T)
    found = applied(edit, section, everything).expression
    assert np.allclose(found[::2], everything[8:].mean(axis=0))
    assert np.array_equal(found[1::2], everything[ROWS][1::2])


def test_retyped_cells_are_measured_cells_of_that_kind(section, everything):
    found = applied(edits.retype(B), section, everything).expression
    assert np.array_equal(found[1::2], everything[ROWS][1::2])  # B cells stay
    of_b = everything[1::2]
    twins = [np.flatnonzero((of_b == cell).all(axis=1)) for cell in found[::2]]
    assert all(len(twin) == 1 for twin in twins)
    assert len({int(twin[0]) for twin in twins}) == 4  # none is drawn twice


def test_a_dose_of_retyping_is_a_share_of_the_cells_and_grows_by_more(section, everything):
    changed = []
    for strength in (0.0, 0.25, 0.5, 1.0):
        found = applied(edits.retype(B, strength=strength), section, everything).expression
        changed.append(set(np.flatnonzero((found != everything[ROWS]).any(axis=1))))
    assert [len(rows) for rows in changed] == [0, 1, 2, 4]
    assert changed[1] < changed[2] < changed[3]


def test_more_cells_than_models_draw_some_twice(section, everything):
    one = Cells(region=Roi.from_vertices(np.array([[18.5, -1], [20, -1], [20, 1], [18.5, 1]])).as_feature())
    found = applied(edits.retype(one), section, everything).expression
    assert np.array_equal(found, np.tile(everything[19], (8, 1)))


def test_genes_are_changed_only_where_it_is_said(section, everything):
    edit = edits.Edit(kind="knockout", genes={"g1": 0}, where=T)
    found = applied(edit, section, everything)
    assert (found.expression[::2, 1] == 0).all()
    assert np.array_equal(found.expression[1::2], everything[ROWS][1::2])
    assert found.edited.tolist() == [False, True, False, False, False]


def test_an_edit_without_a_region_of_its_own_means_the_own_cells(section, everything):
    own = ROWS < 3
    found = applied(edits.knockout(["g0"]), section, everything, own=own).expression
    assert ((found[:, 0] == 0) == own).all()
    elsewhere = Cells(region=Roi.from_vertices(np.array([[4.5, -1], [9, -1], [9, 1], [4.5, 1]])).as_feature())
    edit = edits.Edit(kind="knockout", genes={"g0": 0}, where=elsewhere)
    found = applied(edit, section, everything, own=own).expression
    assert np.flatnonzero(found[:, 0] == 0).tolist() == [5, 6, 7]


def test_what_cannot_be_is_said(section, everything):
    for words, match in (
        ({"kind": "transfer", "genes": {"g0": 1.0}, "source": B}, "no genes, but a source"),
        ({"kind": "retype"}, "no genes, but a source"),
        ({"kind": "knockout"}, "at least one gene"),
        ({"kind": "knockout", "genes": {"g0": 1.0}, "source": B}, "no source"),
    ):
        with pytest.raises(DataError, match=match):
            edits.Edit(**words)
    with pytest.raises(DataError, match="needs its column"):
        Cells(label="B")
    with pytest.raises(DataError, match="cells of Z to take after"):
        applied(edits.transfer(Cells(key="cell_type", label="Z")), section, everything)
    with pytest.raises(DataError, match="cells of Z in the region, found none"):
        applied(edits.transfer(B, where=Cells(key="cell_type", label="Z")), section, everything)
    with pytest.raises(DataError, match="a column 'kind' in obs"):
        applied(edits.transfer(Cells(key="kind", label="B")), section, everything)
    with pytest.raises(DataError, match="Pass a scope"):
        edits.apply(edits.transfer(B), everything, section.genes, reference=everything)


def test_json_keeps_all_and_says_its_version(tmp_path):
    made = [
        edits.transfer(B, where=Cells(region=RIGHT.as_feature())),
        edits.retype(T, strength=0.5),
        edits.knockout(["g0"]),
    ]
    edits.to_json(made, tmp_path / "edit.json")
    assert edits.read(tmp_path / "edit.json") == made
    content = json.loads((tmp_path / "edit.json").read_text())
    assert content["schema_version"] == 3
    assert "genes" not in content["edits"][0]
    assert "where" not in content["edits"][1]
    (tmp_path / "old.json").write_text(json.dumps([{"kind": "knockout", "genes": {"g0": 0}}]))
    assert edits.read(tmp_path / "old.json")[0].kind == "knockout"
    (tmp_path / "new.json").write_text(json.dumps({"schema_version": 9, "edits": []}))
    with pytest.raises(DataError, match="version 3 or earlier, found version 9"):
        edits.read(tmp_path / "new.json")


SQUARE = Roi.from_vertices(np.array([[60.0, 60], [150, 60], [150, 150], [60, 150]]), "one")
OTHER = Roi.from_vertices(np.array([[170.0, 170], [230, 170], [230, 230], [170, 230]]), "two")


def test_a_run_with_edits_in_two_regions(small_tissues, knn_checkpoint):
    model, adata = rc.load(knn_checkpoint), small_tissues[0]
    key = Section.from_anndata(adata).label_key
    label = str(adata.obs[key].iloc[0])
    gene = str(adata.var_names[0])
    elsewhere = edits.Edit(kind="set", genes={gene: 3.0}, where=Cells(region=OTHER.as_feature()))
    both = [edits.transfer(Cells(key=key, label=label)), elsewhere]
    result = rc.perturb(adata, model, SQUARE, both, zone_um=30.0)
    inside = result[result.obs["ripple_role"] == "roi"]
    in_one = SQUARE.contains(np.asarray(inside.obsm["spatial"]))
    in_two = OTHER.contains(np.asarray(inside.obsm["spatial"]))
    assert (in_one ^ in_two).all()
    perturbed, control = (np.asarray(inside.layers[name]) for name in ("perturbed", "control"))
    assert np.ptp(perturbed[in_one], axis=0).max() < 1e-5  # one profile for all
    different = (perturbed != control)[in_two]
    assert different[:, 1:].sum() == 0
    assert np.allclose(perturbed[in_two, 0], np.minimum(3.0, np.maximum(model.space.ceiling[0], control[in_two, 0])))
    around = result[result.obs["ripple_role"] == "regenerated"]
    assert np.abs(np.asarray(around.layers["response"])).max() > 0
    record = json.loads(result.uns["ripple"])
    assert record["recipe"]["edits"][0]["source"] == {"key": key, "label": label}
    again = [edits.parse(edit) for edit in record["recipe"]["edits"]]
    replayed = rc.perturb(adata, model, Roi.from_feature(record["recipe"]["roi"]), again, zone_um=30.0)
    assert np.array_equal(replayed.layers["perturbed"], result.layers["perturbed"], equal_nan=True)


def test_a_null_control_that_fits_is_asked_for(small_tissues, knn_checkpoint):
    model, adata = rc.load(knn_checkpoint), small_tissues[0]
    key = Section.from_anndata(adata).label_key
    edit = edits.retype(Cells(key=key, label=str(adata.obs[key].iloc[0])))
    with pytest.raises(DataError, match="null_kind to regions"):
        rc.Perturbation(adata, model, SQUARE, edit, rc.PerturbSettings(zone_um=30.0, null=5, null_kind="genes"))
    away = edits.Edit(kind="set", genes={"x": 3.0}, where=Cells(region=OTHER.as_feature()))
    with pytest.raises(DataError):
        rc.Perturbation(adata, model, SQUARE, away, rc.PerturbSettings(zone_um=30.0, null=5, null_kind="regions"))


def test_edits_of_whole_cells_from_json(tmp_path, knn_checkpoint, tissue_path, capsys) -> None:
    """What the viewer saves as JSON is an edit of the command line."""
    label = str(ad.read_h5ad(tissue_path).obs["cell_type"].iloc[0])
    made = [
        edits.transfer(Cells(key="cell_type", label=label), strength=0.5),
        edits.retype(Cells(region=SQUARE.as_feature()), where=Cells(key="cell_type", label=label)),
    ]
    edits.to_json(made, tmp_path / "edit.json")
    SQUARE.to_geojson(tmp_path / "roi.geojson")
    words = [
        "perturb",
        tissue_path,
        "--checkpoint",
        knn_checkpoint,
        "--roi",
        tmp_path / "roi.geojson",
        "--edit",
        tmp_path / "edit.json",
    ]
    code = main([str(word) for word in [*words, "--out", tmp_path / "r.h5ad", "--zone-um", "30", "--no-badge"]])
    assert code == 0, capsys.readouterr()
    result = ad.read_h5ad(tmp_path / "r.h5ad")
    expected = rc.perturb(rc.read(tissue_path), rc.load(knn_checkpoint), SQUARE, made, zone_um=30.0)
    assert np.allclose(result.layers["perturbed"], expected.layers["perturbed"], equal_nan=True)
    assert Recipe.read(tmp_path / "r.recipe.json").edits == made
