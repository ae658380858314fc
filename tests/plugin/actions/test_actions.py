"""Actions: what each does to the Session, what it records, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import anndata as ad
import numpy as np
import pytest
from plugin.experiment import SQUARE, run

from napari_ripple import actions
from napari_ripple.session import Session
from ripple_core.errors import DataError, RippleError
from ripple_core.perturb.reading import response
from ripple_core.perturb.run import perturb


def test_opening_shows_the_cells_by_type(session: Session) -> None:
    assert len(session.section) == 400
    assert (session.color_by.kind, session.color_by.key) == ("label", "cell_type")
    assert session.report.cells == 400
    assert "400 cells" in session.message


def test_a_bad_file_changes_nothing(session: Session, tmp_path: Path) -> None:
    before = session.section
    bad = tmp_path / "bad.h5ad"
    bad.write_bytes(b"not a section")
    with pytest.raises(DataError):
        actions.open_section(session, bad)
    assert session.section is before


def test_several_sections_in_one_file(small_tissues: list[ad.AnnData], tmp_path: Path) -> None:
    path = tmp_path / "both.h5ad"
    ad.concat(small_tissues).write_h5ad(path)
    session = Session()
    actions.open_section(session, path)
    assert [section.name for section in session.sections] == ["tissue_1", "tissue_2"]
    actions.choose_section(session, "tissue_2")
    assert session.section.name == "tissue_2"
    with pytest.raises(DataError, match="tissue_1, tissue_2"):
        actions.choose_section(session, "tissue_3")


def test_a_file_without_labels_shows_its_most_variable_gene(small_tissues: list[ad.AnnData], tmp_path: Path) -> None:
    adata = small_tissues[0].copy()
    adata.obs = adata.obs[[]]
    path = tmp_path / "plain.h5ad"
    adata.write_h5ad(path)
    session = Session()
    actions.open_section(session, path)
    variance = np.asarray(adata.X.todense()).var(axis=0)
    assert session.color_by.kind == "gene"
    assert session.color_by.key == adata.var_names[int(variance.argmax())]


def test_colouring_looks_among_columns_then_genes(session: Session) -> None:
    actions.color_by(session, "Lig1-01")
    assert session.color_by.kind == "gene"
    actions.color_by(session, "section")
    assert session.color_by.kind == "label"
    with pytest.raises(DataError, match="'Nothing'"):
        actions.color_by(session, "Nothing")
    with pytest.raises(DataError):
        actions.set_limits(session, 60, 40)
    with pytest.raises(DataError, match="colour"):
        actions.recolor_label(session, "Type 1", "red")


def test_cells_take_the_colours_of_a_gene_set(session: Session, tmp_path: Path) -> None:
    actions.color_by_genes(session, ["Lig1-01", "gene040", "Nothing"])
    assert (session.color_by.kind, session.color_by.genes) == ("set", ("Lig1-01", "Gene040"))
    assert "not in this section: Nothing" in session.message
    paint = session.display_values().cells
    assert "mean z-score of 2 genes" in paint.title
    assert float(paint.values.mean()) == pytest.approx(0, abs=1e-5)
    actions.set_limits(session, 10, 90)
    again = session.display_values().cells
    assert again.values is paint.values
    assert again.limits == pytest.approx(tuple(np.percentile(paint.values, [10, 90])))
    sets = tmp_path / "sets.gmt"
    sets.write_text("first\tx\tGene041\nsecond set\tx\tGene040\tGene042\n")
    actions.color_by_set(session, sets, "second set")
    assert (session.color_by.key, session.color_by.genes) == ("second set", ("Gene040", "Gene042"))
    actions.color_by(session, "cell_type")
    assert session.color_by.genes == ()
    with pytest.raises(DataError, match="genes of this section"):
        actions.color_by_genes(session, ["Unheard"])


def test_a_gene_set_is_shown_among_simulated_cells(ready: Session) -> None:
    run(ready)
    genes = ["Lig1-01", "Gene040"]
    actions.color_by_genes(ready, genes)
    measured = ready.display_values().cells
    simulation = ready.simulation
    for view in ("control", "perturbed", "response"):
        actions.show(ready, view)
        shown = ready.display_values().simulated
        change = sum(measured.weights[gene] * simulation.response(gene) for gene in genes)
        if view == "response":
            np.testing.assert_allclose(shown.values, change, atol=1e-4)
        if view == "perturbed":
            np.testing.assert_allclose(shown.values, measured.values[simulation.rows] + change, atol=1e-4)


def test_another_column_shows_all_cells_again(session: Session) -> None:
    actions.hide_labels(session, ["Type 1"])
    actions.color_by(session, "Lig1-01")
    assert session.hidden == frozenset()


def test_regions_are_named_renamed_recoloured_and_saved(session: Session, tmp_path: Path) -> None:
    first = actions.draw_roi(session, SQUARE)
    second = actions.draw_roi(session, np.array(SQUARE) + 20)
    assert (first.name, second.name) == ("Region 1", "Region 2")
    assert first.color != second.color
    actions.rename_roi(session, "Region 1", "edge")
    assert list(session.rois) == ["edge", "Region 2"]
    actions.recolor_roi(session, "edge", "#112233")
    with pytest.raises(DataError):
        actions.rename_roi(session, "edge", " Region 2 ")
    actions.save_rois(session, tmp_path / "rois.geojson")
    other = Session()
    actions.load_rois(other, tmp_path / "rois.geojson")
    assert list(other.rois) == ["edge", "Region 2"]
    assert other.rois["edge"].geometry.equals(session.rois["edge"].geometry)
    actions.load_rois(other, tmp_path / "rois.geojson")
    assert list(other.rois) == ["edge", "Region 2", "edge 2", "Region 2 2"]


def test_edits_from_table_and_by_hand(session: Session, deg_path: Path, tmp_path: Path) -> None:
    actions.load_edit(session, deg_path, strength=0.5, direction="up")
    assert session.edits[0].strength == 0.5
    actions.knock_out(session, ["Gene040"])
    actions.over_express(session, ["Gene041"], percentile=90)
    assert [edit.kind for edit in session.edits] == ["lfc", "knockout", "overexpress"]
    actions.set_strength(session, 0.3, 1)
    assert [edit.strength for edit in session.edits] == [0.5, 0.3, 1.0]
    actions.remove_edit(session, 0)
    actions.save_edits(session, tmp_path / "edits.json")
    other = Session()
    actions.load_edit(other, tmp_path / "edits.json")
    assert other.edits == session.edits
    with pytest.raises(DataError, match="gene of this section"):
        actions.knock_out(session, ["Nothing"])
    with pytest.raises(DataError, match="gene of the edit knock-out, found 'Nothing'. There are: Gene040"):
        actions.remove_gene(session, 0, "Nothing")
    with pytest.raises(DataError, match="an edit, found none"):
        actions.remove_edit(Session(), 0)
    with pytest.raises(DataError, match="min_abs_lfc"):
        actions.load_edit(session, deg_path, min_abs_lfc=-1.0)
    with pytest.raises(DataError):
        actions.load_edit(session, deg_path, min_abs_lfc=99)
    assert len(session.edits) == 2


def test_preview_agrees_with_what_the_run_applies(ready: Session) -> None:
    actions.over_express(ready, ["Gene041"], percentile=90)
    actions.knock_out(ready, ["Gene040", "Unheard"])
    shown = actions.preview_edit(ready)
    result = run(ready)
    inside = result[result.obs["ripple_role"] == "roi"]
    for row in shown.table.itertuples():
        place = list(result.var_names).index(row.gene)
        assert row.before == pytest.approx(inside.layers["observed"][:, place].mean(), abs=1e-5)
        assert row.after == pytest.approx(inside.layers["perturbed"][:, place].mean(), abs=1e-5)
    assert shown.missing == ("Unheard",)
    assert set(shown.table["gene"]) == set(result.var_names[result.var["ripple_edited"]])


def test_preview_works_without_a_model(session: Session, deg_path: Path) -> None:
    assert actions.preview_edit(session) is None
    actions.draw_roi(session, SQUARE)
    actions.load_edit(session, deg_path)
    shown = actions.preview_edit(session)
    assert len(shown.table) == 6
    assert (shown.table["change"] > 0).all()
    assert shown.token_flips is None


def test_regenerating_gives_what_the_core_gives(ready: Session, small_tissues: list[ad.AnnData]) -> None:
    result = run(ready)
    direct = perturb(small_tissues[0], ready.model, ready.roi, list(ready.edits), **ready.settings.model_dump())
    np.testing.assert_array_equal(result.obs_names, direct.obs_names)
    np.testing.assert_allclose(result.layers["response"], direct.layers["response"], equal_nan=True)
    assert ready.result_is_current
    assert ready.view == "response"
    assert actions.top_genes(ready, 5).equals(response.top_genes(direct, 5))
    assert len(actions.response_by_distance(ready, bins=4)) == 4


def test_nothing_runs_while_something_is_missing(session: Session) -> None:
    with pytest.raises(DataError, match="First draw a region, say what changes in it"):
        actions.regenerate_task(session)
    with pytest.raises(DataError):
        actions.save_result(session, "nowhere.h5ad")


def test_stopping_early_keeps_what_is_done(ready: Session) -> None:
    steps = actions.regenerate(ready)
    for step in steps:
        if step.done >= 5:
            break
    steps.close()
    roles = ready.result.obs["ripple_role"]
    done = int((roles == "regenerated").sum())
    assert 5 <= done < step.total
    assert json.loads(ready.result.uns["ripple"])["complete"] is False
    assert "stopped" in ready.message


def test_a_region_drawn_anew_during_the_run_is_not_painted_over(ready: Session) -> None:
    drawn_anew = actions.draw_roi(Session(), np.array(SQUARE) + 5)
    for step in actions.regenerate(ready):
        if 0 < step.done < step.total:
            actions.change_roi(ready, "Region 1", drawn_anew)
    assert ready.result is None
    assert ready.simulation is None
    assert "changed during the run" in ready.message


def test_other_settings_make_a_result_stale_but_keep_it(ready: Session) -> None:
    run(ready)
    actions.recolor_roi(ready, "Region 1", "#112233")
    assert ready.result_is_current
    actions.set_settings(ready, seed=3)
    assert ready.result is not None
    assert not ready.result_is_current


def test_settings_refuse_nonsense(session: Session) -> None:
    with pytest.raises(RippleError):
        actions.set_settings(session, zone_um=-1)
    with pytest.raises(RippleError):
        actions.set_settings(session, no_such=1)


def test_views_of_a_gene(ready: Session) -> None:
    result = run(ready)
    gene = "Up1-01"
    actions.color_by(ready, gene)
    rows = ready.simulation.rows
    place = list(result.var_names).index(gene)
    at = ready.section.cells[rows]
    layers = {name: result[at].layers[name][:, place] for name in ("control", "perturbed", "response", "observed")}
    shown = {}
    for view in ("control", "perturbed", "response"):
        actions.show(ready, view)
        picture = ready.display_values()
        assert "simulated" in picture.simulated.title
        shown[view] = picture.simulated.values
    np.testing.assert_allclose(shown["control"], layers["control"], atol=1e-6)
    np.testing.assert_allclose(shown["response"], layers["response"], atol=1e-6)
    dual = np.maximum(layers["observed"] + layers["response"], 0)
    np.testing.assert_allclose(shown["perturbed"], dual, atol=1e-5)
    actions.show(ready, "observed")
    assert ready.display_values().simulated is None
    with pytest.raises(DataError):
        actions.show(ready, "nothing")


def test_raw_views_are_counts(ready: Session) -> None:
    run(ready)
    actions.color_by(ready, "Up1-01", log=False)
    actions.show(ready, "perturbed")
    picture = ready.display_values()
    log_value = np.log1p(picture.simulated.values * ready.cell_scale()[picture.rows])
    actions.color_by(ready, "Up1-01", log=True)
    np.testing.assert_allclose(log_value, ready.display_values().simulated.values, atol=1e-5)


def test_without_a_gene_the_mean_response_is_shown(ready: Session) -> None:
    result = run(ready)
    picture = ready.display_values()
    free = (result.var["ripple_in_model"] & ~result.var["ripple_edited"]).to_numpy()
    mean = np.abs(result[ready.section.cells[picture.rows]].layers["response"][:, free]).mean(axis=1)
    np.testing.assert_allclose(picture.simulated.values, mean, atol=1e-6)
    actions.show(ready, "control")
    assert "Choose a gene" in ready.display_values().note
    actions.color_by(ready, "ripple_order", kind="result")
    assert ready.display_values().simulated.kind == "numbers"


def test_result_and_table_are_written_and_opened_again(ready: Session, tissue_path: Path, tmp_path: Path) -> None:
    result = run(ready)
    path = tmp_path / "result.h5ad"
    actions.save_result(ready, path)
    actions.save_table(ready, tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text().startswith("gene,response")
    stored = ad.read_h5ad(path)
    record = json.loads(stored.uns["ripple"])
    assert record["simulated"] is True
    assert record["recipe"]["section"]["path"] == str(tissue_path)
    other = Session()
    with pytest.raises(DataError, match="open section"):
        actions.open_result(other, path)
    actions.open_section(other, tissue_path)
    actions.open_result(other, path)
    assert other.view == "response"
    np.testing.assert_allclose(other.simulation.response("Up1-01").mean(), _mean(result, "Up1-01"), atol=1e-6)
    with pytest.raises(DataError, match=".h5ad"):
        actions.save_result(ready, tmp_path / "result.csv")


def _mean(result: ad.AnnData, gene: str) -> float:
    return float(result[:, gene].layers["response"].mean())


def test_a_result_of_another_section_is_refused(
    ready: Session, small_tissues: list[ad.AnnData], tmp_path: Path
) -> None:
    run(ready)
    actions.save_result(ready, tmp_path / "result.h5ad")
    small_tissues[1].write_h5ad(tmp_path / "other.h5ad")
    actions.open_section(ready, tmp_path / "other.h5ad")
    with pytest.raises(DataError, match="a result of this section"):
        actions.open_result(ready, tmp_path / "result.h5ad")
    with pytest.raises(DataError):
        actions.open_result(ready, tmp_path / "other.h5ad")


def test_a_recipe_repeats_the_result(ready: Session, tmp_path: Path) -> None:
    from ripple_core import recipe

    result = run(ready)
    actions.save_recipe(ready, tmp_path / "recipe.json")
    written = recipe.run(recipe.Recipe.read(tmp_path / "recipe.json"), tmp_path / "out")
    again = ad.read_h5ad(written[0])
    np.testing.assert_array_equal(again.obs_names, result.obs_names)
    np.testing.assert_allclose(again.layers["response"], result.layers["response"], equal_nan=True)
    assert written[2].name == "result.methods.md"
    assert written[2].read_text() == actions.methods(ready)


def test_a_recipe_needs_files(ready: Session, tmp_path: Path) -> None:
    from napari_ripple.actions.simulate.run import use_model

    use_model(ready, ready.model)
    with pytest.raises(DataError, match="opened from files"):
        actions.save_recipe(ready, tmp_path / "recipe.json")
