"""Niches and labels as columns of the open section: what stays, what is remembered, what is written."""

from __future__ import annotations

import json
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from plugin.experiment import make_ready, run

import ripple_core as rc
from napari_ripple import RippleSession, actions
from napari_ripple.actions.niches.niches import CONFIDENCE, LABEL, NICHE
from napari_ripple.actions.task import run_here
from napari_ripple.session import Check, Session
from ripple_core.errors import DataError
from ripple_core.progress import Progress


@pytest.fixture
def modelled(session: Session, gest_checkpoint: Path) -> Session:
    """The session with a model that embeds."""
    actions.open_model(session, gest_checkpoint)
    return session


def find(session: Session, **settings) -> None:
    for _ in actions.find_niches(session, **settings):
        pass


def test_niches_are_those_of_the_core_and_are_shown(modelled: Session) -> None:
    find(modelled, clusters=3, neighbors=20)
    expected = rc.niches(modelled.section, modelled.model, clusters=3, neighbors=20).obs[NICHE]
    assert list(modelled.section.obs[NICHE]) == list(expected)
    assert (modelled.color_by.kind, modelled.color_by.key) == ("label", NICHE)
    assert modelled.columns[(modelled.section.name, NICHE)]["clusters"] == 3
    assert modelled.commands[-1].name == "find_niches"
    assert modelled.commands[-1].arguments == {"clusters": 3, "neighbors": 20}
    assert modelled.sections[0] is modelled.section


def test_nothing_made_before_is_lost_or_becomes_stale(session, deg_path, knn_checkpoint, gest_checkpoint) -> None:
    make_ready(session, deg_path, knn_checkpoint)
    result = run(session)
    scenario, rois, before = session.scenarios[0], session.rois, session.section
    assert session.result_is_current
    session.add_columns(pd.DataFrame({"mine": ["a"] * len(before)}, index=before.cells), {})
    assert session.section is not before
    assert session.result is result
    assert session.result_is_current
    assert session.rois is rois
    assert scenario.was_made_with(session.section, session.model)
    assert session.simulation is not None
    actions.choose_section(session, session.section.name)
    assert "mine" in session.section.obs


def test_a_check_under_way_begins_anew_and_a_badge_stays(session: Session) -> None:
    table = pd.DataFrame({"mine": ["a"] * len(session.section)}, index=session.section.cells)
    session.check = Check(Progress(1, 3))
    session.add_columns(table, {})
    assert session.check is None
    done = Check(badge=object())  # type: ignore[arg-type]
    session.check = done
    session.add_columns(table, {})
    assert session.check is done


def test_cells_keep_their_colours_when_a_niche_is_renamed(modelled: Session) -> None:
    find(modelled, clusters=3, neighbors=20)
    before = modelled.display_values().cells
    actions.recolor_label(modelled, "2", "#112233")
    actions.hide_labels(modelled, ["2"])
    actions.rename_niche(modelled, "2", "edge")
    after = modelled.display_values().cells
    np.testing.assert_array_equal(before.values, after.values)
    assert after.categories == ("1", "edge", "3")
    assert (modelled.label_colors["edge"], modelled.hidden) == ("#112233", {"edge"})
    for name, new, words in (
        ("9", "x", "There are: 1, edge, 3"),
        ("1", "edge", "a new name"),
        ("1", " ", "a new name"),
    ):
        with pytest.raises(DataError, match=words):
            actions.rename_niche(modelled, name, new)


def test_a_niche_becomes_a_region(modelled: Session) -> None:
    find(modelled, clusters=2, neighbors=50)
    roi = actions.region_from_label(modelled, NICHE, "1")
    inside = modelled.section.obs[NICHE].to_numpy()[modelled.roi_rows(roi.name)]
    assert (inside == "1").mean() > 0.6


def test_labels_come_from_another_section_with_their_score(modelled, small_tissues, tmp_path) -> None:
    small_tissues[1].write_h5ad(tmp_path / "labelled.h5ad")
    for _ in actions.annotate(modelled, [tmp_path / "labelled.h5ad"], "cell_type"):
        pass
    given = modelled.section.obs[LABEL]
    assert (given.astype(str).to_numpy() == modelled.section.obs["cell_type"].astype(str).to_numpy()).mean() > 0.5
    assert modelled.section.obs[CONFIDENCE].between(0, 1).all()
    assert "macro F1" in modelled.message
    assert modelled.commands[-1].arguments["label"] == "cell_type"


def test_what_a_model_cannot_do_is_said(session: Session, knn_checkpoint: Path) -> None:
    assert actions.missing_for_niches(session) == "First choose a model."
    actions.open_model(session, knn_checkpoint)
    assert "cannot tell places apart" in actions.missing_for_niches(session)
    with pytest.raises(DataError, match="GeST"):
        actions.niches_task(session)


def test_what_was_done_is_done_again_by_a_script_and_written(session, tissue_path, gest_checkpoint, tmp_path) -> None:
    ripple = RippleSession(show=False)
    ripple.open(tissue_path)
    ripple.load_model(gest_checkpoint)
    ripple.find_niches(3, neighbors=20)
    ripple.rename_niche("1", "core")
    ripple.save_section(tmp_path / "cells.h5ad")
    ripple.save_section(tmp_path / "cells.csv")
    again = RippleSession(show=False)
    for command in ripple.session.commands:
        if command.name != "save_section":
            getattr(again, command.name)(**command.arguments)
    assert list(again.session.section.obs[NICHE]) == list(ripple.session.section.obs[NICHE])
    written = ad.read_h5ad(tmp_path / "cells.h5ad")
    assert list(written.obs[NICHE]) == list(ripple.session.section.obs[NICHE])
    assert json.loads(written.uns["ripple_columns"])[NICHE]["task"] == "niches"
    table = pd.read_csv(tmp_path / "cells.csv", index_col="cell")
    np.testing.assert_allclose(table[["x_um", "y_um"]].to_numpy(), ripple.session.section.xy_um)
    assert "core" in set(table[NICHE])
    with pytest.raises(DataError, match=r"\.h5ad or \.csv"):
        ripple.save_section(tmp_path / "cells.txt")


def test_comparing_niches_may_be_stopped_and_adds_nothing_then(ready: Session) -> None:
    run(ready)
    before = list(ready.result.obs.columns)
    steps = run_here(actions.compare_niches_task(ready))
    told = [next(steps) for _ in range(5)]
    assert told[-1].fraction > told[1].fraction
    steps.close()
    assert list(ready.result.obs.columns) == before
    assert ready.commands[-1].name != "compare_niches"
