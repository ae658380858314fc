"""The model picker: what is listed, what is grey and why, and what comes of a choice."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QDialog

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.user import shelf
from napari_ripple.widgets.models.facts import facts_of
from napari_ripple.widgets.models.picker import ModelPicker
from napari_ripple.widgets.regenerate.panel import RegeneratePanel


@pytest.fixture(autouse=True)
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gest_checkpoint: Path, knn_checkpoint: Path) -> Path:
    """A list with a GeST, a plain rule, and a model of other genes; gives the folder of the last."""
    monkeypatch.setenv("RIPPLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    other = tmp_path / "other"
    shutil.copytree(knn_checkpoint, other)
    table = (other / "genes.csv").read_text().splitlines()
    (other / "genes.csv").write_text("\n".join([table[0], *(f"X{line}" for line in table[1:])]))
    for path in (knn_checkpoint, gest_checkpoint, other):  # the last one is the newest, and yet listed last
        shelf.remember(path)
    return other


def open_picker(panel: RegeneratePanel, wait: Any) -> ModelPicker:
    QTest.mouseClick(panel.model.open_button, Qt.MouseButton.LeftButton)
    wait(lambda: panel.findChild(QDialog, "model picker") is not None)
    return panel.findChild(QDialog, "model picker")  # type: ignore[return-value]


def test_models_are_told_apart_and_one_is_used(dock, opened: Session, wait, gest_checkpoint, knn_checkpoint) -> None:
    panel = dock(RegeneratePanel)
    picker = open_picker(panel, wait)
    assert [picker.list.item(place).text().split("\n")[0] for place in range(3)] == ["gest", "knn", "other"]
    assert "60 of its 60 genes" in picker.fit.text()
    assert "✓ finds niches" in picker.abilities.text()
    assert "GeST" in picker.card.toPlainText()
    assert picker.tune_button.isEnabled()
    picker.list.setCurrentRow(1)
    assert "– finds niches" in picker.abilities.text()
    assert not picker.tune_button.isEnabled()
    QTest.mouseClick(picker.use_button, Qt.MouseButton.LeftButton)
    wait(lambda: opened.model is not None)
    assert opened.model_path == knn_checkpoint


def test_what_does_not_fit_is_grey_and_says_why(dock, opened: Session, wait, known: Path) -> None:
    panel = dock(RegeneratePanel)
    picker = open_picker(panel, wait)
    picker.list.setCurrentRow(2)
    assert "Only 0% of its genes" in picker.obstacle.text()
    assert not picker.use_button.isEnabled()
    picker.use()
    assert opened.model is None
    picker.reject()


def test_the_model_in_use_shows_its_trial_and_may_be_trained_further(dock, opened, wait, gest_checkpoint) -> None:
    actions.open_model(opened, os.path.relpath(gest_checkpoint))
    panel = dock(RegeneratePanel)
    picker = open_picker(panel, wait)
    assert "in use" in picker.list.item(0).text()
    QTest.mouseClick(picker.tune_button, Qt.MouseButton.LeftButton)
    wait(lambda: opened.train_wish.start_from == str(gest_checkpoint.absolute()))
    assert any("train" in name.lower() for name in panel.viewer.window.dock_widgets)


def test_a_damaged_model_says_what_is_wrong(known: Path) -> None:
    (known / "config.json").write_text("{half")
    facts = facts_of(known, None)
    assert "damaged" in facts.obstacle
    assert "damaged" in facts.card
