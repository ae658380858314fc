"""Runs in which cells come and go, against sections that never had them, and what their results say."""

from __future__ import annotations

import json
from dataclasses import replace

import anndata as ad
import numpy as np
import pytest
from core.perturb.conftest import SAMPLE

from ripple_core.cli import main
from ripple_core.errors import DataError
from ripple_core.io.read import read
from ripple_core.models.contract import Scene
from ripple_core.niche.change import add_niche_change
from ripple_core.perturb.editing import edits
from ripple_core.perturb.editing.cells import Cells
from ripple_core.perturb.editing.placing import Placing
from ripple_core.perturb.many import doses
from ripple_core.perturb.reading import effects, methods, response
from ripple_core.perturb.reading.compare import compare
from ripple_core.perturb.run import Perturbation, PerturbSettings, perturb
from ripple_core.perturb.whereabouts import perturbed_tissue
from ripple_core.roi import Roi
from ripple_core.section import Section
from ripple_core.synthetic import Tissue, World, WorldSettings, central_roi

ROI = Roi.circle((120, 120), 40)
AWAY = Roi.circle((60, 60), 25, "away")
SAMPLE_WORLD = WorldSettings(genes=120, types=6, programs=2, ligands=6, responders=14)
SAMPLE_SEED, SAMPLE_CELLS = 102, 2500
"""The world of sample_data/make.py, and the section of it that is shipped."""
FREE = {"zone_um": 40, "identity": "free"}


@pytest.fixture
def label(section) -> Cells:
    """The commonest type of the region."""
    inside = section.obs[ROI.contains(section.xy_um)]
    return Cells(key="cell_type", label=str(inside["cell_type"].value_counts().index[0]))


def rows_of(section: Section, label: Cells) -> np.ndarray:
    return np.flatnonzero(label.inside(section) & ROI.contains(section.xy_um))


def both_lines(run: Perturbation) -> ad.AnnData:
    for _ in run.steps():
        pass
    return run.result()


def around(result: ad.AnnData, layer: str) -> np.ndarray:
    return np.asarray(response.regenerated(result).layers[layer])


def test_removing_cells_is_a_section_that_never_had_them(knn, section, label) -> None:
    """The perturbed line, cell by cell, is what the model generates from a section that has no such cells."""
    result = perturb(section, knn, ROI, edits.remove(where=label), **FREE)
    gone = rows_of(section, label)
    never = section.subset(np.setdiff1d(np.arange(len(section)), gone))
    nothing = edits.insert(label, Placing(at_um=[(120.0, 120.0)]), strength=0.0)
    control = perturb(never, knn, ROI, nothing, **FREE)
    np.testing.assert_array_equal(response.regenerated(result).obs_names, response.regenerated(control).obs_names)
    np.testing.assert_allclose(around(result, "perturbed"), around(control, "control"), atol=1e-5)
    assert np.abs(around(result, "response")).max() > 0


def test_inserting_cells_is_a_section_that_has_them(knn, section, label) -> None:
    """A measured cell, taken out of the section and put in again at its place, gives back the section's own control."""
    row = int(rows_of(section, label)[0])
    never = section.subset(np.arange(len(section)) != row)
    one = Cells(key="cell_type", label="of its own")
    twin = section.subset(np.arange(len(section)) == row)
    kinds = np.where(np.arange(len(section)) == row, "of its own", section.obs["cell_type"].astype(str))
    named = replace(section, obs=section.obs.assign(cell_type=kinds))
    assert one.inside(named).sum() == 1
    put_back = [edits.remove(where=one), edits.insert(one, Placing(at_um=[tuple(twin.xy_um[0])]))]
    result = perturb(named, knn, ROI, put_back, **FREE)
    np.testing.assert_allclose(around(result, "response"), 0.0, atol=1e-6)
    without = perturb(named, knn, ROI, put_back[0], **FREE)
    nothing = edits.insert(label, Placing(count=1), strength=0.0)
    np.testing.assert_allclose(
        around(without, "perturbed"), around(perturb(never, knn, ROI, nothing, **FREE), "control"), atol=1e-5
    )


def test_moving_is_leaving_and_arriving(knn, section, label) -> None:
    """A move equals taking the cells away and putting cells of the same expression where they go."""
    rows = rows_of(section, label)
    moved = perturb(section, knn, ROI, edits.move((18.0, 7.0), where=label), **FREE)
    xy = section.xy_um.copy()
    xy[rows] += (18.0, 7.0)
    elsewhere = replace(section, xy_um=xy)
    run = Perturbation(section, knn, ROI, edits.move((18.0, 7.0), where=label), PerturbSettings(**FREE))
    known = np.concatenate([run.zone.context, run.zone.roi])
    targets = run.zone_cells
    scene = Scene(elsewhere.xy_um[known], run.observed[known][None], section.xy_um[targets])
    expected = np.empty((len(targets), len(knn.space.genes)), np.float32)
    for step in knn.generate(scene, run.settings.generation(0)):
        expected[step.targets] = step.expression[0]
    cells = section.cells[targets]
    np.testing.assert_allclose(np.asarray(moved[cells].layers["perturbed"])[:, :], expected, atol=1e-5)


@pytest.mark.parametrize("identity", ["kept", "free"])
def test_gest_hears_of_cells_that_come_and_go(gest_plus, section, label, identity) -> None:
    for edit in (edits.remove(where=label), edits.insert(label, Placing(count=12)), edits.move((30.0, 0.0))):
        result = perturb(section, gest_plus, ROI, edit, zone_um=40, identity=identity)
        assert np.isfinite(around(result, "response")).all()
        assert np.abs(around(result, "response")).max() > 1e-3


def test_each_cell_may_be_read_as_its_meta_cell(gest_plus, section, label) -> None:
    for edit in (edits.remove(where=label), edits.insert(label, Placing(count=12))):
        result = perturb(section, gest_plus, ROI, edit, zone_um=30, continuous=False)
        assert np.abs(around(result, "response")).max() > 1e-3


def test_the_control_does_not_know_of_the_edit(gest_plus, section, label) -> None:
    """It is the control of any other edit that is given the same cells."""
    removed = perturb(section, gest_plus, ROI, edits.remove(), zone_um=40)
    edited = perturb(section, gest_plus, ROI, edits.transfer(label), zone_um=40)
    np.testing.assert_allclose(around(removed, "control"), around(edited, "control"), atol=1e-4)


def test_an_edit_that_changes_no_cell_changes_nothing(gest_plus, section, label) -> None:
    result = perturb(section, gest_plus, ROI, edits.remove(where=label, strength=0.0), zone_um=40)
    np.testing.assert_allclose(around(result, "response"), 0.0, atol=1e-5)


def test_the_result_says_who_left_and_who_came(knn, section, label, tmp_path) -> None:
    chosen = [edits.remove(where=label), edits.move((9.0, 0.0)), edits.insert(label, Placing(count=4))]
    perturb(section, knn, ROI, chosen, zone_um=40).write_h5ad(tmp_path / "r.h5ad")
    result = ad.read_h5ad(tmp_path / "r.h5ad")
    n_gone, n_roi = len(rows_of(section, label)), int(ROI.contains(section.xy_um).sum())
    roles = result.obs["ripple_presence"].value_counts()
    assert (roles["removed"], roles["moved"]) == (n_gone, n_roi - n_gone)
    gone, moved = ((result.obs["ripple_presence"] == word).to_numpy() for word in ("removed", "moved"))
    for layer in ("perturbed", "response"):
        assert np.isnan(result.layers[layer][gone]).all()
        assert np.isfinite(result.layers[layer][~gone]).all()
    assert np.isfinite(result.layers["control"]).all()
    rows = section.cells.get_indexer(result.obs_names)
    assert (section.counts[rows] != result.X).nnz == 0
    np.testing.assert_allclose(result.obsm["ripple_perturbed_um"][moved], result.obsm["spatial"][moved] + (9.0, 0.0))
    assert np.isnan(result.obsm["ripple_perturbed_um"][gone]).all()
    inserted = result.uns["ripple_inserted"]
    assert inserted["xy_um"].shape == (4, 2)
    assert inserted["perturbed"].shape == (4, result.n_vars)
    assert bool(inserted["simulated"])
    assert set(section.obs.loc[list(inserted["taken_from"]), "cell_type"].astype(str)) == {label.label}
    record = json.loads(result.uns["ripple"])
    assert record["population"] == {"removed": n_gone, "moved": n_roi - n_gone, "inserted": 4}
    assert not result.var["ripple_edited"].any()
    assert len(perturbed_tissue(result).xy_um) == result.n_obs - n_gone + 4


def test_who_reads_results_reads_these_too(knn, section, label) -> None:
    chosen = [edits.remove(where=label), edits.insert(label, Placing(count=4))]
    result = perturb(section, knn, ROI, chosen, zone_um=40, null=3, null_kind="regions")
    record = json.loads(result.uns["ripple"])
    assert effects.sentences(record)
    words = methods.text(record)
    assert f"all {label.words} cells were removed" in words
    whose = f"measured {label.words} cells, drawn at random,"
    assert f"4 cells with the expression of {whose} were inserted at free places of the region" in words
    assert np.isfinite(response.gene_table(result)["response"]).all()
    assert np.isfinite(response.by_distance(result)["response"].dropna()).all()
    assert np.isfinite(result.obs["ripple_p"][result.obs["ripple_role"] == "regenerated"]).all()
    assert compare(result, result).beyond_noise in (0, None)
    facts = add_niche_change(result, clusters=3)
    assert 0 <= facts["moved"] <= 1


def test_inserted_cells_alone_need_no_cells_that_change(gest_plus, section, label) -> None:
    result = perturb(section, gest_plus, ROI, edits.insert(label, Placing(count=5)), zone_um=30, orders=2)
    assert set(result.obs["ripple_role"]) == {"regenerated"}
    assert ROI.contains(np.asarray(result.obsm["spatial"])).any()
    assert (result.obs["ripple_distance_um"] < 0).any()


def test_cells_are_regenerated_where_others_arrive(knn, section) -> None:
    result = perturb(section, knn, ROI, edits.move(into=AWAY, strength=0.5), zone_um=20)
    cells = response.regenerated(result)
    inside = AWAY.contains(np.asarray(cells.obsm["spatial"]))
    assert inside.any()
    np.testing.assert_array_equal(cells.obs["ripple_distance_um"].to_numpy()[inside], 0.0)


def test_doses_of_removing_run_side_by_side(gest_plus, section, label) -> None:
    series = doses.dose_series(section, gest_plus, ROI, edits.remove(where=label), [0.0, 0.5, 1.0], zone_um=40)
    effect = series.table["effect"].to_numpy()
    assert effect[0] < 1e-5
    assert 0 < effect[1] < effect[2]
    alone = perturb(section, gest_plus, ROI, edits.remove(where=label), zone_um=40)
    np.testing.assert_allclose(
        series.response[-1], around(alone, "response")[:, alone.var["ripple_in_model"]].mean(axis=0), atol=1e-4
    )


@pytest.mark.parametrize(
    ("edit", "settings", "message"),
    [
        (edits.remove(), {"null": 3, "null_kind": "genes"}, "null_kind to regions"),
        (edits.remove(), {"context": "roi"}, "Set context to full"),
        (edits.move(into=AWAY), {"null": 3, "null_kind": "regions"}, "other places"),
        (edits.remove(where=Cells(key="cell_type", label="none such")), {}, "another cell type"),
    ],
)
def test_what_cannot_be_is_refused_before_any_work(knn, section, edit, settings, message) -> None:
    with pytest.raises(DataError, match=message):
        Perturbation(section, knn, ROI, edit, PerturbSettings(zone_um=40, **settings))


def test_a_section_that_is_all_zone_is_refused(knn, section, label) -> None:
    small = section.subset(ROI.contains(section.xy_um))
    with pytest.raises(DataError, match="known on every line"):
        list(Perturbation(small, knn, ROI, edits.insert(label, Placing(count=2)), PerturbSettings(zone_um=50)).steps())


def test_removing_and_inserting_senders_moves_responders_as_the_made_world_does(shipped) -> None:
    """The shipped model, which was trained on other sections of that world, against its truth."""
    world = World(1, SAMPLE_WORLD)
    tissue = world.tissue(SAMPLE_SEED, SAMPLE_CELLS)
    section = Section.from_anndata(read(SAMPLE / "tissue.h5ad"))
    np.testing.assert_allclose(section.xy_um, tissue.xy_um, atol=1e-3)
    roi, program = central_roi(SAMPLE_CELLS, SAMPLE_WORLD, 60.0), world.programs[0]
    senders = [Cells(key="cell_type", label=f"Type {kind + 1}") for kind in program.senders]
    removing = [edits.remove(where=one) for one in senders if (one.inside(section) & roi.contains(section.xy_um)).any()]
    up, down = (program.responders[program.response_effect * sign > 0] for sign in (1, -1))
    for chosen, sign in ((removing, -1.0), ([edits.insert(senders[0], Placing(count=30))], 1.0)):
        run = Perturbation(section, shipped, roi, chosen, PerturbSettings(zone_um=20))
        cells = response.regenerated(both_lines(run))
        found = np.asarray(cells.layers["response"])
        population = run.applied.population
        there = np.setdiff1d(np.arange(len(section)), run.zone.roi[~population.present])
        rows = np.concatenate([there, population.taken_from])
        xy_um = np.concatenate([tissue.xy_um[there], population.inserted_um])
        hidden = Tissue(xy_um, tissue.type[rows], tissue.activity[rows], tissue.depth[rows])
        true = world.expected(hidden, 1e3)[: len(there)] - world.expected(tissue, 1e3)[there]
        true = true[np.searchsorted(there, section.cells.get_indexer(cells.obs_names))]
        assert np.sign(true[:, up].mean()) == np.sign(found[:, up].mean()) == sign
        assert np.sign(true[:, down].mean()) == np.sign(found[:, down].mean()) == -sign
        of_responders = program.responders
        assert np.corrcoef(found[:, of_responders].mean(axis=0), true[:, of_responders].mean(axis=0))[0, 1] > 0.8


def test_cells_that_come_and_go_from_the_command_line(tmp_path, knn_checkpoint, tissue_path) -> None:
    label = Cells(key="cell_type", label=str(ad.read_h5ad(tissue_path).obs["cell_type"].iloc[0]))
    square = Roi.from_vertices(np.array([[60.0, 60], [150, 60], [150, 150], [60, 150]]), "one")
    made = [edits.remove(where=label), edits.insert(label, Placing(count=6)), edits.move((10.0, 0.0), strength=0.5)]
    edits.to_json(made, tmp_path / "edit.json")
    square.to_geojson(tmp_path / "roi.geojson")
    words = ["perturb", tissue_path, "--checkpoint", knn_checkpoint, "--roi", tmp_path / "roi.geojson"]
    words += ["--edit", tmp_path / "edit.json", "--out", tmp_path / "out.h5ad", "--zone-um", 30, "--no-badge"]
    assert main([str(word) for word in words]) == 0
    result = ad.read_h5ad(tmp_path / "out.h5ad")
    record = json.loads(result.uns["ripple"])
    assert record["population"]["inserted"] == 6
    assert [edit["kind"] for edit in record["recipe"]["edits"]] == ["remove", "insert", "move"]
    assert main(["run", str(tmp_path / "out.recipe.json"), "--out", str(tmp_path / "again")]) == 0
    again = ad.read_h5ad(tmp_path / "again" / "result.h5ad")
    np.testing.assert_array_equal(again.layers["perturbed"], result.layers["perturbed"])
