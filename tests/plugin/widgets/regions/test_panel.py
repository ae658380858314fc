"""The region panel's tools beyond drawing: hide, copy, grow, ring, combine, paint, outline cells, QuPath's files."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from plugin.experiment import SQUARE
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QFileDialog, QInputDialog, QStyle, QStyleOptionViewItem

from napari_ripple import actions
from napari_ripple.widgets.regions.panel import PIXELS_FILTER, RoiPanel
from ripple_core.roi import read_geojson


def press(button: Any) -> None:
    """Click a button."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def tick_place(table: Any, row: int) -> QPoint:
    """Where the tick of a region stands."""
    index = table.model().index(row, 0)
    option = QStyleOptionViewItem()
    option.rect = table.visualRect(index)
    option.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    return table.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, table).center()


def with_two_squares(dock: Any, opened: Any) -> RoiPanel:
    """The region panel with two squares that overlap."""
    made = dock(RoiPanel)
    actions.draw_roi(opened, SQUARE)
    actions.draw_roi(opened, np.array(SQUARE) + 45)
    return made


def test_a_tick_hides_a_region_and_shows_it_again(dock: Any, opened: Any, viewer: Any, wait: Any) -> None:
    panel = with_two_squares(dock, opened)
    for is_shown in (False, True):
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=tick_place(panel.table, 0))
        assert opened.rois["Region 1"].visible is is_shown
        assert ("Region 1" in list(viewer.layers["Regions"].features["roi"])) is is_shown
        wait(seconds=0.05, must=False)


def test_buttons_copy_grow_shrink_ring_and_combine(dock: Any, opened: Any) -> None:
    panel = with_two_squares(dock, opened)
    press(panel.change_fold.button)
    assert panel.change.isVisible()
    press(panel.copy_button)
    assert opened.active_roi == "Region 2 copy"
    panel.change.distance.setValue(10)
    press(panel.change.buttons["Grow"])
    assert opened.roi.area_um2 == pytest.approx(8100 + 3600 + 100 * np.pi, rel=1e-3)
    opened.undo()
    press(panel.change.buttons["Shrink"])
    assert opened.roi.area_um2 == pytest.approx(70**2)
    press(panel.change.buttons["Ring"])
    assert opened.active_roi == "10 µm around Region 2 copy"
    actions.choose_roi(opened, "Region 2")
    panel.change.other.setCurrentText("Region 1")
    for words, area in (("Union", 2 * 8100 - 2025), ("Overlap", 2025), ("Subtract", 8100 - 2025)):
        actions.choose_roi(opened, "Region 2")
        panel.change.other.setCurrentText("Region 1")
        press(panel.change.buttons[words])
        assert opened.roi.area_um2 == pytest.approx(area)
    panel.change.distance.setValue(500)
    press(panel.change.buttons["Shrink"])
    assert "wider than" in opened.message


def test_the_brush_is_as_wide_as_the_field_says(dock: Any, opened: Any, mouse: Any, wait: Any) -> None:
    panel = with_two_squares(dock, opened)
    press(panel.tools.buttons["brush"])
    assert panel.tools.brush.isVisible()
    panel.tools.width_um.setValue(20)
    mouse.drag([[30, 200], [60, 200], [90, 200]])
    assert opened.roi.area_um2 == pytest.approx(60 * 20 + 100 * np.pi, rel=0.1)
    panel.tools.erases.setChecked(True)
    mouse.drag([[60, 180], [60, 200], [60, 220]])
    assert opened.roi.geometry.geom_type == "MultiPolygon"
    press(panel.tools.buttons["pan"])
    assert not panel.tools.brush.isVisible()


def test_all_cells_of_a_type_become_a_region(dock: Any, opened: Any, wait: Any) -> None:
    panel = with_two_squares(dock, opened)
    press(panel.cells_fold.button)
    panel.from_cells.label.setCurrentText("Type 2")
    panel.from_cells.join.setValue(25)
    press(panel.from_cells.button)
    wait(lambda: opened.active_roi == "Type 2")
    assert opened.commands[-1].name == "region_from_label"


def test_markers_are_against_the_rest_or_another_region(dock: Any, opened: Any, wait: Any) -> None:
    panel = with_two_squares(dock, opened)
    wait(lambda: panel.markers.bars)
    against = panel.holds.against
    assert [against.itemText(i) for i in range(against.count())] == ["the rest", "Region 1"]
    against.setCurrentIndex(1)
    against.activated.emit(1)
    wait(seconds=0.2, must=False)
    other = opened.roi_statistics(against="Region 1").markers
    assert [bar.name for bar in panel.markers.bars] == [marker.gene for marker in other][: len(panel.markers.bars)]
    inside, rest = (opened.roi_rows(name) for name in ("Region 2", "Region 1"))
    counts = opened.section.counts.toarray()
    best = counts[:, list(opened.section.genes).index(other[0].gene)] / 1.0
    outside = np.setdiff1d(rest, inside)
    share = [counts[rows].sum() for rows in (inside, outside)]
    typical = np.median(opened.section.library_size)
    fold = np.log2((best[inside].sum() / share[0] * typical + 0.1) / (best[outside].sum() / share[1] * typical + 0.1))
    assert other[0].log2_fold == pytest.approx(fold, rel=1e-4)


def test_a_file_of_qupath_asks_for_the_size_of_its_pixels(
    dock: Any, opened: Any, tmp_path: Any, monkeypatch: Any
) -> None:
    panel = with_two_squares(dock, opened)
    path = tmp_path / "qupath.geojson"
    corners = [[200, 200], [400, 200], [400, 400], [200, 200]]
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [corners]}}
    path.write_text(json.dumps([feature | {"properties": {"objectType": "annotation", "name": "in"}}]))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_: (0.5, False))
    press(panel.load_button)
    assert "in" not in opened.rois
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_: (0.5, True))
    press(panel.load_button)
    assert opened.rois["in"].geometry.bounds == (100, 100, 200, 200)
    written = tmp_path / "out.geojson"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(written), PIXELS_FILTER))
    press(panel.save_button)
    assert json.loads(written.read_text())["features"][2]["geometry"]["coordinates"][0][0] in corners
    assert [roi.name for roi in read_geojson(written)] == ["Region 1", "Region 2", "in"]
