"""The niches panel in a real window: found, named, shown, outlined, labelled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_ripple import actions
from napari_ripple.actions.niches.niches import LABEL, NICHE
from napari_ripple.session import Session
from napari_ripple.user import shelf
from napari_ripple.widgets.models.picker import ModelPicker
from napari_ripple.widgets.niches.panel import NichesPanel
from napari_ripple.widgets.tissue.panel import TissuePanel


def click(button: Any) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def modelled(opened: Session, gest_checkpoint: Path) -> Session:
    """The window's session with a model that embeds."""
    actions.open_model(opened, gest_checkpoint)
    return opened


def found(panel: NichesPanel, wait: Any) -> None:
    """Find three niches by mouse."""
    panel.count.setValue(3)
    panel.more.fields["neighbors"].setValue(20)
    click(panel.find_button)
    wait(lambda: panel.table.topLevelItemCount() == 3, 60)


def test_niches_are_found_named_and_outlined(dock, modelled: Session, wait) -> None:
    panel = dock(NichesPanel)
    assert not panel.table.isVisible()
    found(panel, wait)
    assert panel.table.isVisible()
    assert panel.bars.bars
    assert sum(row.cells for row in panel.table.rows) == len(modelled.section)
    assert panel.table.rows[0].mostly
    assert not panel.show_button.isEnabled()
    panel.table.topLevelItem(1).setText(0, "edge")
    wait(lambda: [row.name for row in panel.table.rows] == ["1", "edge", "3"])
    panel.table.setCurrentItem(panel.table.topLevelItem(1))
    assert "edge" in panel.genes.text()
    click(panel.region_button)
    wait(lambda: "edge" in modelled.rois, 30)
    actions.color_by(modelled, modelled.section.genes[0])
    wait(lambda: panel.show_button.isEnabled())
    click(panel.show_button)
    assert modelled.color_by.key == NICHE


def test_a_name_that_is_taken_is_refused_and_the_old_one_stays(dock, modelled: Session, wait) -> None:
    panel = dock(NichesPanel)
    found(panel, wait)
    panel.table.topLevelItem(1).setText(0, "1")
    assert "a new name" in modelled.message
    wait(lambda: panel.table.topLevelItem(1).text(0) == "2")


def test_the_tissue_offers_the_new_column_and_keeps_its_layers(dock, viewer, modelled: Session, wait) -> None:
    tissue, panel = dock(TissuePanel), dock(NichesPanel)
    layers = list(viewer.layers)
    found(panel, wait)
    assert tissue.choice.labels.findText(NICHE) >= 0
    assert tissue.choice.labels.currentText() == NICHE
    assert list(viewer.layers) == layers


def test_labels_come_from_another_section(dock, modelled: Session, wait, small_tissues, tmp_path) -> None:
    small_tissues[1].write_h5ad(tmp_path / "labelled.h5ad")
    panel = dock(NichesPanel)
    assert not panel.labels.give_button.isEnabled()
    panel.labels.chosen.emit(str(tmp_path / "labelled.h5ad"))
    panel.labels.column.setCurrentText("cell_type")
    assert panel.labels.column.currentText() == "cell_type"
    click(panel.labels.give_button)
    wait(lambda: LABEL in modelled.section.obs, 60)
    wait(lambda: "macro F1" in panel.labels.words.text())
    assert "regression" in panel.labels.scores.text()


def test_a_model_that_cannot_is_said_and_the_button_grey(dock, opened: Session, knn_checkpoint) -> None:
    panel = dock(NichesPanel)
    assert panel.hint.text() == "First choose a model."
    actions.open_model(opened, knn_checkpoint)
    assert "cannot tell places apart" in panel.hint.text()
    assert not panel.find_button.isEnabled()


def test_the_model_is_chosen_here_where_there_is_none(dock, opened: Session, wait, gest_checkpoint: Path) -> None:
    shelf.remember(gest_checkpoint)
    panel = dock(NichesPanel)
    click(panel.model_button)
    wait(lambda: panel.findChild(ModelPicker, "model picker") is not None)
    picker = panel.findChild(ModelPicker, "model picker")
    names = [picker.list.item(place).text().split("\n")[0] for place in range(picker.list.count())]
    picker.list.setCurrentRow(names.index("gest"))
    click(picker.use_button)
    wait(lambda: opened.model is not None, 30)
    wait(lambda: panel.find_button.isEnabled())
    assert not panel.model_button.isVisible()
