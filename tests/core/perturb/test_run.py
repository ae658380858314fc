"""A perturbation from start to result file: roles, layers, streaming, cancel, determinism, null control."""

from __future__ import annotations

import json

import anndata as ad
import numpy as np
import pytest

from ripple_core.errors import DataError
from ripple_core.perturb import run as running
from ripple_core.perturb.editing import edits
from ripple_core.perturb.run import Perturbation, PerturbSettings, perturb
from ripple_core.roi import Roi

ROI = Roi.circle((120, 120), 40)


@pytest.fixture
def edit(world) -> edits.Edit:
    return edits.from_frame(world.deg_table().rename(columns={"log2FC": "lfc"}))


@pytest.fixture
def run(gest, section, edit) -> Perturbation:
    return Perturbation(section, gest, ROI, edit, PerturbSettings(zone_um=50))


def finish(run: Perturbation) -> ad.AnnData:
    for _ in run.steps():
        pass
    return run.result()


def test_the_result_is_what_the_interface_promises(run, section, tmp_path) -> None:
    finish(run).write_h5ad(tmp_path / "r.h5ad")
    result = ad.read_h5ad(tmp_path / "r.h5ad")
    assert set(result.obs["ripple_role"]) == {"roi", "regenerated"}
    assert {"ripple_distance_um", "ripple_order"} <= set(result.obs)
    assert set(result.layers) == {"observed", "control", "perturbed", "response"}
    assert {"ripple_in_model", "ripple_edited"} <= set(result.var)
    assert set(result.obs_names) <= set(section.cells)
    rows = section.cells.get_indexer(result.obs_names)
    assert (section.counts[rows] != result.X).nnz == 0
    np.testing.assert_allclose(
        result.layers["response"], result.layers["perturbed"] - result.layers["control"], atol=1e-6
    )
    record = json.loads(result.uns["ripple"])
    assert record["simulated"] is True
    assert record["complete"] is True
    for key in (
        "recipe",
        "checkpoint_hash",
        "input_hash",
        "versions",
        "device",
        "seed",
        "token_flips",
        "genes_missing",
        "out_of_range",
        "timings",
    ):
        assert key in record


def test_in_the_roi_the_response_is_the_edit_itself(run) -> None:
    result = finish(run)
    roi = result[result.obs["ripple_role"] == "roi"]
    np.testing.assert_array_equal(roi.layers["control"], roi.layers["observed"])
    untouched = ~result.var["ripple_edited"].to_numpy()
    assert np.abs(roi.layers["response"][:, untouched]).max() == 0
    assert roi.layers["response"][:, ~untouched].mean() > 0


def test_a_dose_of_zero_changes_nothing(gest, section, edit) -> None:
    result = perturb(section, gest, ROI, edit.with_strength(0.0), zone_um=50)
    assert np.abs(result.layers["response"]).max() < 1e-6


def test_streams_every_cell_once_with_the_final_values(run) -> None:
    partials = [progress.partial for progress in run.steps()]
    cells = np.concatenate([p.cells for p in partials])
    assert sorted(cells) == sorted(run.zone_cells)
    np.testing.assert_array_equal(cells, np.argsort(run.order, kind="stable")[-len(cells) :])
    control, perturbed = run.tally.mean(cells)
    np.testing.assert_allclose(np.concatenate([p.perturbed for p in partials]), perturbed, atol=1e-6)
    np.testing.assert_allclose(np.concatenate([p.control for p in partials]), control, atol=1e-6)


def test_stopped_early_it_keeps_what_it_has(run) -> None:
    steps = run.steps()
    for _ in range(5):
        next(steps)
    steps.close()
    result = run.result()
    assert (result.obs["ripple_role"] == "regenerated").sum() == 5
    assert json.loads(result.uns["ripple"])["complete"] is False


@pytest.mark.parametrize("mode", ["picking", "weighted", "sampling"])
@pytest.mark.parametrize("identity", ["kept", "free"])
def test_same_seed_same_numbers(gest, section, edit, mode: str, identity: str) -> None:
    settings = {"zone_um": 50, "mode": mode, "identity": identity, "seed": 4}
    first, second = (perturb(section, gest, ROI, edit, **settings) for _ in range(2))
    np.testing.assert_array_equal(first.layers["perturbed"], second.layers["perturbed"])


def test_orders_and_draws_give_a_spread(gest, section, edit) -> None:
    result = perturb(section, gest, ROI, edit, zone_um=30, orders=2, draws=2)
    regenerated = result[result.obs["ripple_role"] == "regenerated"]
    assert regenerated.layers["response_sd"].max() > 0


def test_the_mean_response_has_a_spread_over_orders(gest, section, edit) -> None:
    run = Perturbation(section, gest, ROI, edit, PerturbSettings(zone_um=30, orders=3))
    result = finish(run)
    cells = result[result.obs["ripple_role"] == "regenerated"]
    np.testing.assert_allclose(run.run_means().mean(axis=0), cells.layers["response"].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(result.var["ripple_response_sd"], run.run_means().std(axis=0, ddof=1), atol=1e-6)
    assert "ripple_response_sd" not in perturb(section, gest, ROI, edit, zone_um=30).var


@pytest.mark.parametrize(
    "settings", [{"orders": 2, "draws": 2, "mode": "sampling"}, {"null": 4, "null_kind": "regions"}]
)
def test_what_runs_side_by_side_is_what_runs_one_after_the_other(gest, section, edit, monkeypatch, settings) -> None:
    chosen = {"zone_um": 30, **settings}
    asked: list[int] = []
    together = type(gest).generate_beside
    monkeypatch.setattr(
        type(gest), "generate_beside", lambda model, scenes: asked.append(len(scenes)) or together(model, scenes)
    )
    beside = finish(Perturbation(section, gest, Roi.circle((60, 60), 30), edit, PerturbSettings(**chosen)))
    assert asked == [4]
    monkeypatch.setattr(running, "SIDE_BY_SIDE_VALUES", 1)
    alone = finish(Perturbation(section, gest, Roi.circle((60, 60), 30), edit, PerturbSettings(**chosen)))
    assert asked == [4]
    for layer in {"control", "perturbed", "response_sd"} & {*alone.layers}:
        np.testing.assert_allclose(beside.layers[layer], alone.layers[layer], atol=2e-4)
    responses = [result[result.obs["ripple_role"] == "regenerated"].layers["response"] for result in (beside, alone)]
    assert np.abs(responses[0] - responses[1]).max() <= 0.02 * np.abs(responses[1]).max()
    for table, other in ((beside.var, alone.var), (beside.obs, alone.obs)):
        for column in {"ripple_p", "ripple_response_sd"} & {*other}:
            np.testing.assert_allclose(table[column], other[column], atol=0.05)


@pytest.mark.parametrize("kind", ["genes", "regions"])
def test_null_control_gives_p_and_q_per_gene_and_cell(gest, section, edit, kind: str) -> None:
    roi = Roi.circle((60, 60), 30)
    run = Perturbation(section, gest, roi, edit, PerturbSettings(zone_um=30, null=12, null_kind=kind))
    last = list(run.steps())[-1]
    assert last.done == last.total == run.work
    result = run.result()
    edited, regenerated = result.var["ripple_edited"], result.obs["ripple_role"] == "regenerated"
    assert result.var.loc[edited, ["ripple_p", "ripple_q"]].isna().all(axis=None)
    assert result.obs.loc[~regenerated, ["ripple_p", "ripple_q"]].isna().all(axis=None)
    for table in (result.var[~edited], result.obs[regenerated]):
        assert table["ripple_p"].between(1e-6, 1).all()
        assert (table["ripple_q"] >= table["ripple_p"] - 1e-12).all()
    assert json.loads(result.uns["ripple"])["null"]["placebos"] == 12


def test_stopped_before_the_other_places_are_done_there_is_a_result_without_p(gest, section, edit) -> None:
    roi = Roi.circle((60, 60), 30)
    run = Perturbation(section, gest, roi, edit, PerturbSettings(zone_um=30, null=4, null_kind="regions"))
    for step in run.steps():
        if step.partial is None:
            break
    result = run.result()
    assert json.loads(result.uns["ripple"])["complete"] is True
    assert "ripple_p" not in result.var


def test_an_edit_out_of_range_is_measured_beside_the_cells_as_they_were(run) -> None:
    assert 0 <= run.report["out_of_range_before"] <= run.report["out_of_range"] <= 1


def test_placebo_lines_do_not_change_the_real_ones(gest, section, edit) -> None:
    alone = perturb(section, gest, ROI, edit, zone_um=30)
    beside = perturb(section, gest, ROI, edit, zone_um=30, null=3)
    np.testing.assert_allclose(alone.layers["perturbed"], beside.layers["perturbed"], atol=1e-4)


def test_the_papers_setting_runs(gest, section, edit) -> None:
    result = perturb(
        section, gest, ROI, edit, zone_um=30, context="roi", identity="free", continuous=False, mode="picking"
    )
    assert np.isfinite(result.layers["perturbed"]).all()


def test_of_several_sections_the_one_with_most_cells_inside_is_taken(gest, sections, edit) -> None:
    both = ad.concat([sections[0].to_anndata(), sections[1].to_anndata()[:150]])
    both.uns["spatial_unit"] = "micrometre"
    assert Perturbation(both, gest, ROI, edit).section.name == sections[0].name


def test_an_edit_of_unknown_genes_is_refused(gest, section) -> None:
    with pytest.raises(DataError, match="The model knows"):
        Perturbation(section, gest, ROI, edits.knockout(["NoSuchGene"]))
