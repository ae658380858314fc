"""Regions and the layer that they are drawn on are the same, whichever changes first; with a real mouse too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from napari.components import ViewerModel
from plugin.experiment import SQUARE
from plugin.mouse import Mouse

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for, session_for
from ripple_core.roi import Roi


def test_regions_are_drawn_undone_and_redrawn(model: ViewerModel) -> None:
    session = session_for(model)
    roi = actions.draw_roi(session, SQUARE)
    shapes = model.layers["Regions"]
    np.testing.assert_allclose(np.sort(shapes.data[0], axis=0), np.sort(np.array(SQUARE)[:, ::-1], axis=0))
    assert list(shapes.features["roi"]) == [roi.name]
    session.undo()
    assert len(shapes.data) == 0
    session.redo()
    assert len(shapes.data) == 1
    actions.remove_roi(session, roi.name)
    assert len(shapes.data) == 0


def test_shapes_added_changed_and_removed_in_the_layer_reach_the_session(model: ViewerModel) -> None:
    session = session_for(model)
    link_for(model).draw("polygon")
    shapes = model.layers["Regions"]
    assert shapes.mode == "add_polygon"
    shapes.add([np.array(SQUARE)[:, ::-1]], shape_type="polygon")
    assert session.roi.area_um2 == pytest.approx(8100)
    shapes.add([np.array(SQUARE)[:, ::-1] + 20], shape_type="ellipse")
    assert list(session.rois) == ["Region 1", "Region 2"]
    moved = [shapes.data[0] + 10, shapes.data[1]]
    shapes.data = moved
    assert session.rois["Region 1"].geometry.bounds == pytest.approx((70, 70, 160, 160))
    shapes.selected_data = {0}
    shapes.remove_selected()
    assert list(session.rois) == ["Region 2"]
    session.undo()
    assert list(session.rois) == ["Region 1", "Region 2"]
    assert sorted(shapes.features["roi"]) == ["Region 1", "Region 2"]


def test_a_loaded_region_with_a_hole_keeps_it_when_another_is_drawn(model: ViewerModel) -> None:
    session = session_for(model)
    ring = shapely.Polygon(SQUARE, [[[80, 80], [100, 80], [100, 100]]])
    actions.add_roi(session, Roi(ring), name="ring")
    model.layers["Regions"].add([np.array(SQUARE)[:, ::-1] + 50], shape_type="rectangle")
    assert list(session.rois) == ["ring", "Region 1"]
    assert session.rois["ring"].geometry.equals(ring)


def test_lines_and_slips_make_no_region(model: ViewerModel) -> None:
    session = session_for(model)
    link_for(model).draw("rectangle")
    shapes = model.layers["Regions"]
    shapes.add([[[60, 60], [150, 150]]], shape_type="line")
    assert "Expected an area" in session.message
    corner = np.array([[-50.0, -50.0], [-50, -49], [-49, -49], [-49, -50]])
    shapes.add([corner], shape_type="rectangle")
    assert "too small" in session.message
    link_for(model).flush()
    assert not session.rois
    assert len(shapes.data) == 0


def test_a_deleted_layer_never_takes_the_regions_with_it(model: ViewerModel) -> None:
    session = session_for(model)
    actions.draw_roi(session, SQUARE)
    model.layers.remove("Regions")
    link_for(model).flush()
    assert list(session.rois) == ["Region 1"]
    assert len(model.layers["Regions"].data) == 1


def test_selecting_a_shape_makes_its_region_active(model: ViewerModel) -> None:
    session = session_for(model)
    actions.draw_roi(session, SQUARE)
    actions.draw_roi(session, np.array(SQUARE) + 50)
    link_for(model).draw("select")
    model.layers["Regions"].selected_data = {0}
    assert session.active_roi == "Region 1"


def test_the_active_one_of_several_regions_is_drawn_bolder(model: ViewerModel) -> None:
    session = session_for(model)
    actions.draw_roi(session, SQUARE)
    shapes = model.layers["Regions"]
    (thin,) = shapes.edge_width
    actions.draw_roi(session, np.array(SQUARE) + 50)
    assert list(shapes.edge_width) == [thin, 2 * thin]
    actions.choose_roi(session, "Region 1")
    assert list(shapes.edge_width) == [2 * thin, thin]
    actions.remove_roi(session, "Region 2")
    assert list(shapes.edge_width) == [thin]


def test_one_that_was_just_drawn_by_mouse_is_the_bold_one(viewer: Any, opened: Session, mouse: Mouse) -> None:
    for start in (20.0, 80.0):
        link_for(viewer).draw("rectangle")
        mouse.drag([(start, start), (start + 15, start + 15), (start + 30, start + 30)])
    first, second = viewer.layers["Regions"].edge_width
    assert second == 2 * first
    assert opened.active_roi == "Region 2"


def test_the_tool_is_told_whoever_took_it_up(model: ViewerModel) -> None:
    told: list[str] = []
    link_for(model).rois.tool.connect(told.append)
    link_for(model).draw("lasso")
    model.layers["Regions"].mode = "add_ellipse"  # as napari's own buttons do
    link_for(model).draw("pan")
    assert told == ["lasso", "ellipse", "pan"]


def test_rectangle_and_ellipse_by_mouse_then_moved(viewer: Any, opened: Session, mouse: Mouse) -> None:
    link_for(viewer).draw("rectangle")
    mouse.drag([[60, 60], [80, 80], [110, 100], [110, 100]])
    assert opened.roi.area_um2 == pytest.approx(50 * 40, rel=0.06)
    link_for(viewer).draw("ellipse")
    mouse.drag([[130, 130], [150, 150], [190, 170], [190, 170]])
    assert opened.roi.area_um2 == pytest.approx(np.pi * 30 * 20, rel=0.06)
    link_for(viewer).draw("select")
    mouse.drag([[160, 150], [170, 160], [180, 170], [180, 170]])
    assert opened.active_roi == "Region 2"
    assert opened.roi.geometry.centroid.x == pytest.approx(180, abs=3)
    assert list(opened.rois) == ["Region 1", "Region 2"]


def test_a_polygon_clicked_corner_by_corner(viewer: Any, opened: Session, mouse: Mouse) -> None:
    link_for(viewer).draw("polygon")
    for corner in [[60, 60], [150, 60], [150, 150]]:
        mouse.click(*corner)
    assert not opened.rois
    mouse.double_click(60, 150)
    assert opened.roi.area_um2 == pytest.approx(8100, rel=0.05)


def test_a_click_without_a_drag_draws_nothing(viewer: Any, opened: Session, mouse: Mouse) -> None:
    link_for(viewer).draw("lasso")
    mouse.drag([[100, 100], [100.2, 100.1]])
    assert not opened.rois


@pytest.mark.parametrize("tool", ["lasso", "polygon", "rectangle", "ellipse"])
def test_an_outline_goes_on_while_the_regions_change_below_it(
    viewer: Any, opened: Session, mouse: Mouse, tool: str
) -> None:
    link, around = link_for(viewer), np.array([[60, 60], [105, 60], [150, 60], [150, 150], [60, 150]], dtype=float)
    actions.draw_roi(opened, np.array(SQUARE) / 2)
    link.draw(tool)
    if tool == "polygon":
        for corner in around[:2]:
            mouse.click(*corner)
    else:
        mouse.send("MouseButtonPress", *around[0], pressed=True)
        mouse.send("MouseMove", *around[1], pressed=True)
    actions.rename_roi(opened, "Region 1", "old")
    actions.draw_roi(opened, np.array(SQUARE) / 3, name="new")
    actions.remove_roi(opened, "old")
    if tool == "polygon":
        for corner in around[2:4]:
            mouse.click(*corner)
        mouse.double_click(*around[4])
    else:
        for corner in around[2:] if tool == "lasso" else around[2:4]:
            mouse.send("MouseMove", *corner, pressed=True)
        mouse.send("MouseButtonRelease", *(around[4] if tool == "lasso" else around[3]), pressed=False)
    link.flush()
    assert list(opened.rois) == ["new", "Region 1"]
    assert opened.rois["new"].area_um2 == pytest.approx(900, rel=0.01)
    assert opened.rois["Region 1"].area_um2 == pytest.approx(8100 * (np.pi / 4 if tool == "ellipse" else 1), rel=0.1)
    assert sorted(viewer.layers["Regions"].features["roi"]) == ["Region 1", "new"]


@pytest.mark.parametrize("tool", ["lasso", "polygon"])
def test_undo_gives_up_the_outline_that_is_being_drawn_and_nothing_else(
    viewer: Any, opened: Session, mouse: Mouse, tool: str
) -> None:
    link = link_for(viewer)
    actions.draw_roi(opened, SQUARE)
    link.draw(tool)
    mouse.send("MouseButtonPress", 20, 20, pressed=True)
    if tool == "polygon":
        mouse.send("MouseButtonRelease", 20, 20, pressed=False)
    mouse.send("MouseMove", 50, 20, pressed=tool == "lasso")
    assert len(viewer.layers["Regions"].data) == 2
    link.undo()
    mouse.send("MouseMove", 50, 50, pressed=tool == "lasso")
    mouse.send("MouseButtonRelease", 50, 50, pressed=False)
    assert list(opened.rois) == ["Region 1"]
    assert len(viewer.layers["Regions"].data) == 1
    link.undo()
    assert not opened.rois


def test_the_status_line_names_region_and_cell_while_regions_are_drawn(model: ViewerModel) -> None:
    session = session_for(model)
    actions.draw_roi(session, SQUARE)
    link_for(model).draw("pan")
    actions.color_by(session, "Lig1-01")
    inside = int(session.roi_rows()[0])
    x, y = session.section.xy_um[inside]
    layer = model.layers["Regions"]
    assert model.layers.selection.active is layer
    given = {"view_direction": None, "dims_displayed": [0, 1], "world": True}
    words = layer.get_status((y, x), **given)["coordinates"]
    value = session.display_values().cells.values[inside]
    assert f"Region 1; cell: {session.section.cells[inside]}" in words
    assert session.section.obs["cell_type"].iloc[inside] in words
    assert f"{value:.3g}" in words or value == 0
    assert "cell" not in layer.get_status((-500.0, -500.0), **given)["coordinates"]
    assert layer.as_layer_data_tuple()[2] == "shapes"
