"""A session file restores everything, says what has moved, refuses what is not one, and is never half-written."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from plugin.experiment import SQUARE, run

from napari_ripple import actions
from napari_ripple.actions.session_file.store import CONTENT
from napari_ripple.session import Camera, Session
from napari_ripple.state.choices import Choices, same
from napari_ripple.state.picking import Picking
from ripple_core.errors import DataError
from ripple_core.genesets.cuts import Cuts
from ripple_core.perturb.editing import edits


@pytest.fixture
def worked(ready: Session) -> Session:
    """A session in which much has been done."""
    actions.draw_roi(ready, np.array(SQUARE) + 5, "other", "#112233")
    actions.choose_roi(ready, "Region 1")
    label = str(ready.section.obs[ready.section.label_key].iloc[0])
    actions.recolor_label(ready, label, "#00ff00")
    actions.knock_out(ready, ["Gene040"], strength=0.7)
    actions.undo(ready)
    run(ready)
    actions.color_by(ready, ready.section.label_key)
    actions.hide_labels(ready, [label])
    actions.show(ready, "perturbed")
    ready.camera = Camera((100.0, 50.0), 3.5)
    return ready


def alike(a: Choices, b: Choices) -> bool:
    """Whether two states of the choices say the same, tables value by value."""
    if (a.picking is None) != (b.picking is None):
        return False
    if a.picking is not None and b.picking is not None:
        pd.testing.assert_frame_equal(a.picking.table, b.picking.table, check_exact=True)
    kept = [[(one.name, one.starred, one.note) for one in choices.scenarios] for choices in (a, b)]
    plain = {"picking": None, "scenarios": ()}
    return kept[0] == kept[1] and same(replace(a, **plain), replace(b, **plain))


def content(path: Path) -> dict:
    """session.json of a session file."""
    with zipfile.ZipFile(path) as file:
        return json.loads(file.read(CONTENT))


def with_content(path: Path, changed: dict) -> Path:
    """A copy of a session file with another session.json."""
    other = path.with_name("other.ripple")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, json.dumps(changed) if name == CONTENT else old.read(name))
    return other


def test_everything_comes_back(worked: Session, tmp_path: Path) -> None:
    actions.save_session(worked, tmp_path / "study")
    assert [path.name for path in tmp_path.iterdir()] == ["study.ripple"]
    fresh = Session()
    actions.open_session(fresh, tmp_path / "study.ripple")
    assert alike(fresh.choices, worked.choices)
    assert fresh.active_roi == "Region 1"
    for name in ("color_by", "hidden", "label_colors", "view", "camera"):
        assert getattr(fresh, name) == getattr(worked, name)
    assert fresh.section.cells.equals(worked.section.cells)
    assert fresh.model_path == worked.model_path
    for layer in worked.result.layers:
        np.testing.assert_array_equal(fresh.result.layers[layer], worked.result.layers[layer])
    assert fresh.result_is_current
    assert fresh.file == tmp_path / "study.ripple"
    assert [one.name for one in fresh.commands] == [one.name for one in worked.commands]
    np.testing.assert_allclose(fresh.simulation.response(), worked.simulation.response())


def test_undo_and_redo_come_back(worked: Session, tmp_path: Path) -> None:
    actions.save_session(worked, tmp_path / "study.ripple")
    fresh = Session()
    actions.open_session(fresh, tmp_path / "study.ripple")
    for session in (worked, fresh):
        actions.redo(session)
    assert len(fresh.edits) == 2
    while worked.can_undo:
        worked.undo()
        assert fresh.undo()
        assert alike(fresh.choices, worked.choices)
    assert not fresh.can_undo


def test_genes_being_picked_come_back(ready: Session, tmp_path: Path) -> None:
    table = pd.DataFrame({"gene": ["NA", "Gene040"], "lfc": [0.1 + 0.2, -1.0], "padj": [np.nan, 1e-300]})
    picking = Picking("A against B", table, Cuts(top=5), frozenset(["NA"]), frozenset(["Gene040"]))
    ready.choose(None, picking=picking)
    actions.set_settings(ready, seed=4)
    actions.save_session(ready, tmp_path / "study.ripple")
    fresh = Session()
    actions.open_session(fresh, tmp_path / "study.ripple")
    found = fresh.choices.picking
    pd.testing.assert_frame_equal(found.table, table, check_exact=True)
    assert (found.title, found.cuts, found.ticked, found.unticked) == (
        picking.title, picking.cuts, picking.ticked, picking.unticked,
    )  # fmt: skip
    fresh.undo()
    assert fresh.choices.picking.table is found.table


def test_kept_results_come_back_and_are_written_once(worked: Session, tmp_path: Path) -> None:
    actions.set_settings(worked, seed=5)
    run(worked)
    assert len(worked.scenarios) == 2
    actions.save_session(worked, tmp_path / "study.ripple")
    with zipfile.ZipFile(tmp_path / "study.ripple") as file:
        assert sorted(name for name in file.namelist() if name.startswith("result")) == [
            "result-1.h5ad",
            "result-2.h5ad",
        ]
    fresh = Session()
    actions.open_session(fresh, tmp_path / "study.ripple")
    assert fresh.scenarios[-1].result is fresh.result
    for kept, before in zip(fresh.scenarios, worked.scenarios, strict=True):
        assert (kept.name, kept.made, kept.edits, kept.settings) == (
            before.name,
            before.made,
            before.edits,
            before.settings,
        )
        np.testing.assert_array_equal(kept.result.layers["response"], before.result.layers["response"])
        assert kept.was_made_with(fresh.section, fresh.model)
    run(fresh)
    assert len(fresh.scenarios) == 2  # the same again is no new one


def test_the_recipe_of_a_restored_session_gives_the_same_numbers(worked: Session, tmp_path: Path) -> None:
    actions.save_session(worked, tmp_path / "study.ripple")
    fresh = Session()
    actions.open_session(fresh, tmp_path / "study.ripple")
    again = run(fresh)
    np.testing.assert_array_equal(again.layers["response"], worked.result.layers["response"])


def test_a_moved_section_is_found_beside_the_file_or_asked_for(
    ready: Session, tissue_path: Path, tmp_path: Path
) -> None:
    home = tmp_path / "study"
    home.mkdir()
    shutil.copy(tissue_path, home / "tissue.h5ad")
    actions.open_section(ready, home / "tissue.h5ad")
    actions.save_session(ready, home / "study.ripple")
    home.rename(tmp_path / "elsewhere")
    fresh = Session()
    actions.open_session(fresh, tmp_path / "elsewhere" / "study.ripple")
    assert fresh.section_path == tmp_path / "elsewhere" / "tissue.h5ad"
    (tmp_path / "elsewhere" / "tissue.h5ad").rename(tmp_path / "named_anew.h5ad")
    with pytest.raises(actions.Moved, match=r"tissue\.h5ad") as caught:
        actions.open_session(Session(), tmp_path / "elsewhere" / "study.ripple")
    assert caught.value.path == home / "tissue.h5ad"
    actions.open_session(fresh, tmp_path / "elsewhere" / "study.ripple", tmp_path / "named_anew.h5ad")
    assert fresh.section_path == tmp_path / "named_anew.h5ad"
    assert fresh.rois


def test_a_section_with_another_content_is_not_taken_for_it(
    ready: Session, tissue_path: Path, small_tissues: list[ad.AnnData], tmp_path: Path
) -> None:
    copy = tmp_path / "tissue.h5ad"
    shutil.copy(tissue_path, copy)
    actions.open_section(ready, copy)
    actions.save_session(ready, tmp_path / "study.ripple")
    small_tissues[1].write_h5ad(copy)
    with pytest.raises(actions.Moved, match="another content"):
        actions.open_session(Session(), tmp_path / "study.ripple")


def test_data_and_model_in_memory_are_kept_inside(
    ready: Session, small_tissues: list[ad.AnnData], tmp_path: Path
) -> None:
    from napari_ripple.actions.simulate.run import use_model
    from napari_ripple.actions.tissue.section import from_memory

    model = ready.model
    session = Session()
    actions.show_section(session, from_memory(small_tissues[0]))
    use_model(session, model)
    actions.draw_roi(session, SQUARE)
    actions.add_edit(session, edits.knockout(["Gene040"]))
    actions.set_settings(session, zone_um=40.0)
    run(session)
    actions.save_session(session, tmp_path / "study.ripple")
    fresh = Session()
    actions.open_session(fresh, tmp_path / "study.ripple")
    np.testing.assert_array_equal(fresh.section.counts.toarray(), session.section.counts.toarray())
    assert fresh.result_is_current
    np.testing.assert_array_equal(run(fresh).layers["response"], session.result.layers["response"])


def test_a_model_that_is_gone_is_said_and_the_rest_comes(worked: Session, tmp_path: Path) -> None:
    shutil.copytree(worked.model_path, tmp_path / "model")
    actions.open_model(worked, tmp_path / "model")
    actions.save_session(worked, tmp_path / "study.ripple")
    (tmp_path / "model").rename(tmp_path / "gone")
    fresh = Session()
    actions.open_session(fresh, tmp_path / "study.ripple")
    assert fresh.model is None
    assert "choose it again" in fresh.message
    assert len(fresh.rois) == 2
    assert fresh.result is not None
    assert not fresh.result_is_current


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema_version": 99}, "newer"),
        ({"format": "something"}, "cannot be used"),
        ({"parts": {"choices": {"rois": []}}}, "cannot be used"),
        ({"parts": {"choices": 5}}, "another form"),
        ({"parts": {"looks": {"kind": "evil", "key": ""}}}, "cannot be used"),
        ({"parts": {"commands": [{"name": "undo()\nimport os"}]}}, "cannot be used"),
        ({"parts": {"commands": [{"name": "undo", "arguments": {"a=1)\nprint(": 1}}]}}, "argument"),
        ({"parts": {"section": {"name": "a", "members": ["../../secret.h5ad"]}}}, "without its file"),
    ],
)
def test_what_is_not_a_session_is_refused(ready: Session, tmp_path: Path, change: dict, words: str) -> None:
    actions.save_session(ready, tmp_path / "study.ripple")
    bad = with_content(tmp_path / "study.ripple", {**content(tmp_path / "study.ripple"), **change})
    before = ready.choices
    with pytest.raises(DataError, match=words):
        actions.open_session(ready, bad)
    assert ready.choices is before


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.ripple").write_bytes(b"PK nothing")
    for name, words in (("a.ripple", "another kind"), ("none.ripple", "no file")):
        with pytest.raises(DataError, match=words):
            actions.open_session(Session(), tmp_path / name)


def test_unknown_parts_are_named(ready: Session, tmp_path: Path) -> None:
    actions.save_session(ready, tmp_path / "study.ripple")
    whole = content(tmp_path / "study.ripple")
    whole["parts"]["later_room"] = {"a": 1}
    actions.open_session(ready, with_content(tmp_path / "study.ripple", whole))
    assert "later_room" in ready.message


def test_a_failed_save_leaves_the_old_file(worked: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.save_session(worked, tmp_path / "study.ripple")
    before = (tmp_path / "study.ripple").read_bytes()
    worked.commands[-1].arguments["impossible"] = object()
    with pytest.raises(TypeError):
        actions.save_session(worked, tmp_path / "study.ripple")
    assert (tmp_path / "study.ripple").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_computed_columns_come_back_with_their_order_and_record(session: Session, tmp_path: Path) -> None:
    names = pd.Categorical(["10", "2"] * (len(session.section) // 2), categories=["2", "10"])
    table = pd.DataFrame({"ripple_niche": names}, index=session.section.cells)
    session.add_columns(table, {(session.section.name, "ripple_niche"): {"clusters": 2}})
    actions.color_by(session, "ripple_niche")
    actions.save_session(session, tmp_path / "a.ripple")
    again = Session()
    actions.open_session(again, tmp_path / "a.ripple")
    assert list(again.section.obs["ripple_niche"].cat.categories) == ["2", "10"]
    assert list(again.section.obs["ripple_niche"]) == list(names)
    assert again.columns == session.columns
    assert again.color_by.key == "ripple_niche"
