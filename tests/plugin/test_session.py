"""The Session: events, undo and redo, derived values; without Qt, napari or torch."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from plugin.experiment import SQUARE, run

from napari_ripple import actions
from napari_ripple.session import VIEWS, ColorBy, Command, JobState, Session
from ripple_core.perturb.editing import edits as editing
from ripple_core.roi import Roi


def heard(session: Session, *names: str) -> list[str]:
    """A list that grows with the name of every event."""
    log: list[str] = []
    for name in names:
        getattr(session.events, name).connect(lambda *_, name=name: log.append(name))
    return log


def test_session_needs_no_screen_and_no_torch() -> None:
    code = "import sys, napari_ripple.actions; print([m for m in ('torch', 'napari', 'qtpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_attributes_emit_only_when_they_change() -> None:
    session = Session()
    log = heard(session, "view", "message", "color_by", "job")
    session.view = "response"
    session.view = "response"
    session.message = "Ready."
    session.color_by = ColorBy()
    session.color_by = ColorBy("gene", "Fn1")
    session.job = JobState("running", "Reading")
    assert log == ["view", "message", "color_by", "job"]


def test_choices_can_be_undone_and_redone() -> None:
    session = Session()
    log = heard(session, "rois", "edits", "settings", "history")
    session.rois = {"a": Roi.circle((0, 0), 5, "a")}
    session.edits = (editing.knockout(["Fn1"]),)
    assert session.active_roi == "a"
    assert log == ["rois", "history", "edits", "history"]
    assert session.undo()
    assert session.edits == ()
    assert session.undo()
    assert (dict(session.rois), session.active_roi) == ({}, None)
    assert not session.undo()
    assert session.redo()
    assert session.redo()
    assert session.edits[0].genes == {"Fn1": 0.0}
    assert not session.redo()


def test_a_new_choice_ends_redo() -> None:
    session = Session()
    session.edits = (editing.knockout(["Fn1"]),)
    session.undo()
    session.edits = (editing.knockout(["Gfap"]),)
    assert not session.can_redo


def test_what_was_said_before_a_choice_is_not_said_any_more() -> None:
    session = Session()
    session.message = "400 cells."
    session.edits = ()  # nothing changes
    assert session.message == "400 cells."
    session.edits = (editing.knockout(["Fn1"]),)
    assert session.message == ""
    session.message = "Fn1 is off."
    session.undo()
    assert session.message == ""


def test_steps_of_one_dragging_are_one_step() -> None:
    session = Session()
    session.edits = (editing.knockout(["Fn1"]),)
    for strength in (0.9, 0.5, 0.1):
        actions.set_strength(session, strength)
    session.undo()
    assert session.edits[0].strength == 1.0
    assert [command.name for command in session.commands] == ["set_strength"]


def test_undo_does_not_reach_the_section(session: Session) -> None:
    section = session.section
    actions.draw_roi(session, SQUARE)
    session.undo()
    session.undo()
    assert session.section is section


def test_the_active_roi_is_always_one_of_them() -> None:
    session = Session()
    actions.draw_roi(session, SQUARE, "a")
    actions.draw_roi(session, SQUARE, "b")
    assert session.active_roi == "b"
    actions.remove_roi(session, "b")
    assert session.active_roi == "a"
    actions.remove_roi(session, "a")
    assert session.roi is None


def test_statistics_of_a_region_against_a_plain_count(session: Session) -> None:
    roi = actions.draw_roi(session, SQUARE)
    statistics = session.roi_statistics()
    x, y = session.section.xy_um.T
    inside = (x > 60) & (x < 150) & (y > 60) & (y < 150)
    assert statistics.cells == inside.sum() == len(session.roi_rows())
    assert statistics.area_um2 == pytest.approx(8100)
    types = session.section.obs["cell_type"].astype(str)[inside]
    assert statistics.composition == types.value_counts().to_dict()
    best = statistics.markers[0]
    counts = session.section.counts.toarray()
    column = list(session.section.genes).index(best.gene)
    share_in = counts[inside][:, column].sum() / counts[inside].sum()
    share_out = counts[~inside][:, column].sum() / counts[~inside].sum()
    typical = np.median(counts.sum(axis=1))
    assert best.log2_fold == pytest.approx(np.log2((share_in * typical + 0.1) / (share_out * typical + 0.1)))
    assert session.roi_statistics(roi.name).cells == statistics.cells


def test_a_region_without_cells_has_statistics_too(session: Session) -> None:
    actions.draw_roi(session, np.array(SQUARE) + 10_000)
    statistics = session.roi_statistics()
    assert (statistics.cells, statistics.composition, statistics.markers) == (0, {}, ())


def test_what_is_missing_is_said(session: Session) -> None:
    assert session.missing_for_regeneration() == "First draw a region, say what changes in it (Edit), choose a model."
    assert Session().missing_for_regeneration() == (
        "First open a section, draw a region, say what changes in it (Edit), choose a model."
    )


def test_commands_of_one_kind_replace_each_other(session: Session) -> None:
    for high in (90, 95, 99):
        actions.set_limits(session, 0, high)
    for view in VIEWS:
        actions.show(session, view)
    names = [command.name for command in session.commands]
    assert names == ["open", "set_limits", "show"]
    assert session.commands[-1] == Command("show", {"view": "response"}, "show")


def test_display_values_follow_the_colouring(session: Session) -> None:
    shown = session.display_values()
    assert shown.cells.kind == "labels"
    assert shown.simulated is None
    gene = str(session.section.genes[3])
    actions.color_by(session, gene, log=False)
    np.testing.assert_array_equal(session.display_values().cells.values, session.section.gene(gene))
    actions.color_by(session, gene, log=True)
    np.testing.assert_allclose(session.display_values().cells.values, session.section.gene(gene, log=True), rtol=1e-6)
    assert session.display_values().cells is session.display_values().cells


def test_with_a_model_cells_are_in_its_space(ready: Session) -> None:
    encoded = ready.model.space.encode(ready.section)[0]
    gene = str(ready.section.genes[3])
    actions.color_by(ready, gene, log=True)
    expected = encoded[:, list(ready.model.space.genes).index(gene)]
    np.testing.assert_allclose(ready.display_values().cells.values, expected, rtol=1e-5, atol=1e-6)


def test_nothing_of_another_section_stays(ready: Session, tissue_path: object) -> None:
    assert run(ready) is not None
    actions.open_section(ready, tissue_path)
    assert (ready.result, ready.simulation, ready.view) == (None, None, "observed")
    assert list(ready.rois) == ["Region 1"]


def test_the_cells_of_an_outline_are_looked_up_once(session: Session) -> None:
    actions.draw_roi(session, SQUARE)
    rows = session.roi_rows()
    assert session.roi_rows() is rows
    assert session.roi_rows("Region 1") is rows
    actions.rename_roi(session, "Region 1", "niche")
    np.testing.assert_array_equal(session.roi_rows(), rows)
    half = [[x / 2, y] for x, y in SQUARE]
    actions.change_roi(session, "niche", Roi.from_vertices(half))
    expected = np.flatnonzero(session.roi.contains(session.section.xy_um))
    np.testing.assert_array_equal(session.roi_rows(), expected)
    actions.remove_roi(session, "niche")
    assert not len(session.roi_rows())
    actions.undo(session)
    np.testing.assert_array_equal(session.roi_rows(), expected)
    session.section = session.section.subset(np.arange(50))
    np.testing.assert_array_equal(session.roi_rows(), expected[expected < 50])


def test_labels_are_painted_once(session: Session) -> None:
    first = session.display_values().cells
    actions.color_by(session, str(session.section.genes[0]))
    actions.color_by(session, session.section.label_key)
    assert session.display_values().cells is first
