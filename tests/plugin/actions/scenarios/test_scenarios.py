"""Scenarios on a session without a window: kept by themselves, shown again, renamed, removed, compared, replayed."""

from __future__ import annotations

from pathlib import Path

import anndata as ad
import numpy as np
import pytest
from plugin.experiment import run, run_two

from napari_ripple import actions
from napari_ripple.script import RippleSession
from napari_ripple.scripted.text import script_of
from napari_ripple.session import Session
from napari_ripple.state import undoable
from napari_ripple.state.scenario import memory_words
from ripple_core.errors import DataError
from ripple_core.perturb.reading.response import regenerated


@pytest.fixture
def two(ready: Session) -> Session:
    """A session with two scenarios: the table's edit, and a gene switched off."""
    return run_two(ready)


def names(session: Session) -> list[str]:
    """The names of the list."""
    return [scenario.name for scenario in session.scenarios]


def test_a_regeneration_ends_on_the_list_named_after_region_and_edit(two: Session) -> None:
    gene = two.section.genes[3]
    assert names(two) == ["Region 1 · deg", f"Region 1 · {gene} knock-out"]
    first, second = two.scenarios
    assert second.result is two.result
    assert (second.model, second.section, second.is_complete) == ("knn", two.section.name, True)
    assert first.headline.cells == regenerated(first.result).n_obs
    assert first.bytes >= sum(layer.nbytes for layer in first.result.layers.values())
    assert memory_words(two.scenarios).startswith("2 kept results, ")


def test_the_same_again_takes_the_older_ones_place(two: Session) -> None:
    actions.mark_scenario(two, names(two)[1], starred=True, note="seen")
    before = two.scenarios[1]
    run(two)
    assert len(two.scenarios) == 2
    assert two.scenarios[1] is not before
    assert (two.scenarios[1].starred, two.scenarios[1].note) == (True, "seen")
    actions.set_settings(two, seed=7)
    run(two)
    assert names(two)[2] == f"{names(two)[1]} (2)"


def test_a_click_shows_it_again_with_its_region_and_edits_and_undo_goes_back(two: Session) -> None:
    first, edits = two.scenarios[0], two.edits
    actions.remove_roi(two, "Region 1")
    actions.draw_roi(two, [[0, 0], [30, 0], [30, 30]])
    other = two.roi
    actions.show_scenario(two, first.name)
    assert two.result is first.result
    assert two.simulation is not None
    assert two.roi.geometry.equals(first.roi.geometry)
    assert two.active_roi == "Region 1 2", "the other region of that name is not lost"
    assert (two.edits, two.result_is_current) == (first.edits, True)
    assert actions.undo(two) is None
    assert (two.edits, two.roi, list(two.rois)) == (edits, other, ["Region 1"])
    assert not two.result_is_current


def test_undo_holds_removed_results_as_far_as_there_is_room(two: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = two.scenarios
    monkeypatch.setattr(undoable, "UNDO_BYTES", first.bytes)
    actions.remove_scenario(two, first.name)
    assert two.can_undo, "there is room for one"
    actions.remove_scenario(two, second.name)
    assert all(first not in step.scenarios for step in two.past()[0])
    actions.undo(two)
    assert two.scenarios == (second,)


def test_it_is_not_taken_for_current_where_the_model_is_another(two: Session, knn_checkpoint: Path) -> None:
    actions.open_model(two, knn_checkpoint)
    actions.show_scenario(two, names(two)[0])
    assert not two.result_is_current


def test_renamed_removed_and_brought_back(two: Session) -> None:
    old, kept = names(two)
    actions.rename_scenario(two, old, "table")
    actions.remove_scenario(two, "table")
    assert names(two) == [kept]
    back = actions.restore_scenario(two)
    assert names(two) == ["table", kept]
    assert back.result.n_obs > 0
    with pytest.raises(DataError, match="a removed scenario"):
        actions.restore_scenario(two)
    with pytest.raises(DataError, match="a new name"):
        actions.rename_scenario(two, kept, "table")
    with pytest.raises(DataError, match=f"There are: table, {kept}"):
        actions.remove_scenario(two, "nothing")


def test_a_stopped_run_is_kept_and_says_so(ready: Session) -> None:
    steps = actions.regenerate(ready)
    for _ in range(6):
        next(steps)
    steps.close()
    assert len(ready.scenarios) == 1
    assert not ready.scenarios[0].is_complete


def test_a_result_file_joins_the_list(two: Session, tmp_path: Path) -> None:
    actions.save_result(two, tmp_path / "mine.h5ad")
    made = two.scenarios[1]
    actions.open_result(two, tmp_path / "mine.h5ad")
    opened = two.scenarios[2]
    assert (opened.name, opened.edits, opened.settings) == ("mine", made.edits, made.settings)
    assert opened.roi.geometry.equals(made.roi.geometry)
    found = actions.compare_scenarios(two, opened.name, made.name)
    assert found.table["difference"].abs().max() < 1e-6


def test_a_minus_b_is_on_the_tissue(two: Session) -> None:
    a, b = names(two)
    gene = two.section.genes[5]
    actions.color_by(two, gene, kind="gene")
    found = actions.compare_scenarios(two, a, b)
    picture = two.display_values()
    rows = two.section.cells.get_indexer(found.cells)
    np.testing.assert_array_equal(picture.rows, rows)
    responses = [by_cell(scenario.result, gene, found.cells) for scenario in two.scenarios]
    np.testing.assert_allclose(picture.simulated.values, responses[0] - responses[1], atol=1e-6)
    assert picture.simulated.title == f"{gene} (A − B, simulated, log-normalised)"
    two.view = "perturbed"
    measured = found.observed[:, list(found.genes).index(gene)]
    shown = two.display_values().simulated
    np.testing.assert_allclose(shown.values, measured + responses[0], atol=1e-5)
    actions.show_comparison(two)
    assert two.view == "response"
    with pytest.raises(DataError, match="two scenarios"):
        actions.compare_scenarios(two, a, a)


def by_cell(result: ad.AnnData, gene: str, cells: list[str]) -> np.ndarray:
    """One gene's response of some cells."""
    return np.asarray(result[cells, gene].layers["response"]).ravel()


def test_a_script_does_the_same(two: Session, tissue_path: Path, tmp_path: Path) -> None:
    a, b = names(two)
    actions.rename_scenario(two, a, "table")
    actions.mark_scenario(two, "table", starred=True)
    actions.compare_scenarios(two, b, "table")
    actions.save_comparison(two, tmp_path / "clicked.csv")
    actions.remove_scenario(two, b)
    actions.restore_scenario(two)
    actions.show_scenario(two, "table")
    text = script_of(two.commands).replace("RippleSession()", "RippleSession(show=False)")
    scope: dict[str, RippleSession] = {}
    exec(compile(text.replace("clicked.csv", "replayed.csv"), "script", "exec"), scope)
    again = scope["ripple"].session
    assert names(again) == names(two)
    assert again.edits == two.edits
    assert (tmp_path / "replayed.csv").read_text() == (tmp_path / "clicked.csv").read_text()
    np.testing.assert_array_equal(again.result.layers["response"], two.result.layers["response"])
