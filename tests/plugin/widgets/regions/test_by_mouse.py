"""A region drawn with the mouse in a real window, from the panel's button to the cells it holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_ripple.widgets.regions.panel import RoiPanel

CORNERS = np.array([[50.0, 60.0], [180.0, 50.0], [190.0, 150.0], [110.0, 190.0], [40.0, 150.0]])
FIRST, LAST = (60.0, 70.0), (170.0, 160.0)
PIXEL_UM = 1.5


def take(panel: RoiPanel, tool: str) -> None:
    """Press the button of a tool."""
    QTest.mouseClick(panel.tools.buttons[tool], Qt.MouseButton.LeftButton)


def wanted(corners: Any, xy_um: np.ndarray) -> np.ndarray:
    """Rows inside an outline, by shapely alone."""
    return np.flatnonzero(shapely.contains_xy(shapely.Polygon(corners), xy_um))


def assert_same_but_for_the_edge(session: Any, corners: Any) -> None:
    """The region holds the cells inside the outline; only cells within two pixels of the line may differ."""
    xy = session.section.xy_um
    differing = np.setxor1d(session.roi_rows(), wanted(corners, xy))
    distance = shapely.distance(shapely.points(xy[differing]), shapely.Polygon(corners).boundary)
    assert (distance < 2 * PIXEL_UM).all()


def test_a_polygon_is_drawn_corner_by_corner(dock, opened, mouse, wait) -> None:
    panel = dock(RoiPanel)
    take(panel, "polygon")
    for corner in CORNERS[:-1]:
        mouse.click(*corner)
    mouse.double_click(*CORNERS[-1])
    wait(lambda: opened.rois)
    assert list(opened.rois) == ["Region 1"]
    assert_same_but_for_the_edge(opened, CORNERS)
    wait(lambda: panel.types.bars)
    assert f"{len(opened.roi_rows()):,} cells" in panel.facts.text()
    assert panel.table.topLevelItem(0).text(0) == "Region 1"


def test_a_lasso_is_drawn_in_one_stroke_and_may_cross_itself(dock, opened, mouse, wait) -> None:
    panel = dock(RoiPanel)
    angle = np.linspace(0, 2 * np.pi, 36)
    ring = np.stack([120 + 60 * np.cos(angle), 120 + 40 * np.sin(angle)], axis=1)
    take(panel, "lasso")
    mouse.drag(ring)
    wait(lambda: opened.rois)
    inside = wanted(ring, opened.section.xy_um)
    assert len(np.setxor1d(opened.roi_rows(), inside)) <= 0.1 * len(inside)  # napari keeps a corner every 10 pixels
    assert len(opened.roi.vertices_um()) > 12
    eight = np.stack([120 + 70 * np.sin(angle), 120 + 45 * np.sin(2 * angle)], axis=1)
    take(panel, "lasso")
    mouse.drag(eight)
    wait(lambda: len(opened.rois) == 2)
    assert opened.roi.geometry.geom_type == "MultiPolygon"
    assert opened.roi.contains(np.array([[80.0, 120.0], [160.0, 120.0]])).all()
    assert not opened.roi.contains(np.array([[120.0, 140.0], [120.0, 100.0]])).any()


def test_box_tools_then_undo_by_the_keyboard(dock, opened, mouse, wait) -> None:
    panel = dock(RoiPanel)
    take(panel, "rectangle")
    mouse.drag([FIRST, (100.0, 100.0), LAST])
    wait(lambda: len(opened.rois) == 1)
    (left, top), (right, bottom) = FIRST, LAST
    assert_same_but_for_the_edge(opened, [(left, top), (right, top), (right, bottom), (left, bottom)])
    take(panel, "ellipse")
    mouse.drag([FIRST, (100.0, 100.0), LAST])
    wait(lambda: len(opened.rois) == 2)
    assert opened.roi.area_um2 == pytest.approx(np.pi / 4 * (right - left) * (bottom - top), rel=0.05)
    assert opened.active_roi == "Region 2"
    opened.undo()
    assert list(opened.rois) == ["Region 1"]
    assert panel.table.topLevelItemCount() == 1


def test_a_region_is_moved_and_its_numbers_follow(dock, opened, mouse, wait) -> None:
    panel = dock(RoiPanel)
    take(panel, "rectangle")
    mouse.drag([FIRST, (100.0, 100.0), LAST])
    wait(lambda: opened.rois)
    centre = np.array(opened.roi.geometry.centroid.coords[0])
    take(panel, "select")
    mouse.click(*centre)
    mouse.drag([centre, centre + 10, centre + np.array([30, 20])])
    wait(lambda: opened.roi.geometry.centroid.x > centre[0] + 20)
    assert opened.roi.geometry.centroid.y == pytest.approx(centre[1] + 20, abs=2 * PIXEL_UM)
    wait(lambda: f"{len(opened.roi_rows()):,} cells" in panel.facts.text())


def test_a_click_without_a_drag_draws_nothing(dock, opened, mouse, wait) -> None:
    panel = dock(RoiPanel)
    take(panel, "lasso")
    mouse.click(*FIRST)
    wait(seconds=0.2, must=False)
    assert not opened.rois
