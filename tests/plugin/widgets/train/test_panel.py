"""The train panel in a real window: what is ticked and typed becomes the wish; a training is watched, stopped and used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anndata as ad
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

import ripple_core as rc
from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.viewer_link import session_for
from napari_ripple.widgets.train.panel import TrainPanel
from napari_ripple.widgets.train.tissue_choice import LAST, STRIP

SIZES = {"layers": 1, "heads": 2, "dim": 16, "meta_cells": 16, "components": 5, "levels": (4, 2), "max_cells": 16}
ENDLESS = {"steps": 100_000, "patience": 100_000, "batch": 2, "evaluate_every": 5}


def click(button: Any) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def tick(panel: TrainPanel, place: int) -> None:
    """Click the box of an entry."""
    item = panel.tissue.list.item(place)
    is_on = item.checkState() == Qt.CheckState.Checked
    item.setCheckState(Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked)


@pytest.fixture
def several(viewer: Any, small_tissues: list[ad.AnnData], tmp_path: Path) -> Session:
    """The session of the window, with a file of two sections open."""
    both = ad.concat(small_tissues, keys=["one", "two"], label="section", index_unique="-")
    both.write_h5ad(tmp_path / "both.h5ad")
    session = session_for(viewer)
    actions.open_section(session, tmp_path / "both.h5ad")
    return session


def test_sections_are_ticked_and_one_is_held_out(several: Session, dock) -> None:
    panel = dock(TrainPanel)
    assert panel.tissue.ticked() == (("one",), ())
    assert panel.tissue.held_out.currentText() == STRIP
    tick(panel, 1)
    assert several.train_wish.sections == ("one", "two")
    assert [panel.tissue.held_out.itemText(i) for i in range(3)] == [LAST, "one", "two"]
    panel.tissue.held_out.setCurrentIndex(1)
    panel.tissue.held_out.activated.emit(1)
    assert several.train_wish.hold_out == ("one",)
    actions.open_section(several, several.section_path, "two")
    assert panel.tissue.ticked()[0] == ("one", "two")


def test_families_tell_what_they_are_and_start_from_keeps_the_sizes(dock, opened, knn_checkpoint) -> None:
    panel = dock(TrainPanel)
    assert panel.family.families.currentText() == "GeST-plus"
    assert "best choice" in panel.family.summary.text()
    panel.more_fold.button.click()
    assert panel.sizes.isVisible()
    panel.sizes.fields["layers"].setValue(2)
    assert opened.train_wish.config == {"layers": 2}
    panel.family.start_from.emit(str(knn_checkpoint))
    assert opened.train_wish.config == {}
    assert not panel.sizes.isVisible()
    assert not panel.family.families.isEnabled()
    click(panel.family.clear_button)
    assert opened.train_wish.start_from == ""
    place = panel.family.families.findData("knn")
    panel.family.families.activated.emit(place)
    assert opened.train_wish.model == "knn"
    assert not panel.family.start_button.isEnabled()


def test_minutes_seed_and_folder_reach_the_wish(dock, opened: Session, tmp_path: Path) -> None:
    panel = dock(TrainPanel)
    panel.usual.fields["max_minutes"].setValue(3)
    panel.usual.fields["seed"].setValue(7)
    panel.target.path.setText(str(tmp_path / "mine"))
    panel.target.path.editingFinished.emit()
    wish = opened.train_wish
    assert (wish.settings.max_minutes, wish.settings.seed, wish.out) == (3, 7, str(tmp_path / "mine"))


def test_a_training_is_watched_stopped_and_its_model_used(dock, opened, wait, tmp_path) -> None:
    panel = dock(TrainPanel)
    wish = {"out": str(tmp_path / "m"), "model": "gest", "config": SIZES, "settings": ENDLESS}
    actions.wish_to_train(opened, **wish)
    click(panel.train_button)
    assert panel.bar.isVisible()
    assert not panel.train_button.isEnabled()
    wait(lambda: panel.chart.isVisible() and len(opened.training.looks) > 2, 60)
    assert "of 100,000" in panel.bar.text()
    click(panel.stop_button)
    assert panel.stop_button.text() == "Stop now"
    wait(lambda: opened.training.state == "done", 60)
    assert panel.outcome.words.text().startswith("Stopped early")
    assert "local mean" in panel.outcome.scores.text()
    assert len(panel.chart.held_out.xData) == len(opened.training.looks)
    assert panel.target.resume.isVisible()
    click(panel.outcome.use_button)
    wait(lambda: opened.model is not None, 30)
    assert opened.model_path == tmp_path / "m"
    assert rc.load(tmp_path / "m").record["scores"]


def test_what_is_refused_is_said(dock, opened: Session, tmp_path: Path) -> None:
    panel = dock(TrainPanel)
    (tmp_path / "notes.txt").write_text("mine")
    actions.wish_to_train(opened, out=str(tmp_path))
    click(panel.train_button)
    assert "new folder" in opened.message
    assert opened.training.state == "idle"
