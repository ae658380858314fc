"""The round brush by a real mouse: it paints, adds, erases, and gives the mouse back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from napari.components import ViewerModel
from plugin.experiment import SQUARE
from plugin.mouse import Mouse

from napari_ripple import actions
from napari_ripple.canvas.regions.roi_shapes import Stroke
from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for, session_for


def test_a_stroke_paints_another_adds_and_a_third_erases(viewer: Any, opened: Session, mouse: Mouse) -> None:
    link = link_for(viewer)
    link.draw("brush")
    link.rois.brush.set_width(30)
    camera = viewer.scene.camera.center
    mouse.drag([[60, 100], [90, 100], [120, 100], [150, 100]])
    assert opened.roi.area_um2 == pytest.approx(90 * 30 + np.pi * 15**2, rel=0.05)
    mouse.drag([[150, 100], [150, 130], [150, 160]])
    assert list(opened.rois) == ["Region 1"]
    assert opened.roi.contains(np.array([[150.0, 155.0]])).all()
    mouse.drag([[50, 200], [80, 200]])
    assert list(opened.rois) == ["Region 1", "Region 2"]
    link.rois.brush.erases = True
    mouse.drag([[65, 180], [65, 220]])
    assert not opened.roi.contains(np.array([[65.0, 200.0]])).any()
    assert viewer.scene.camera.center == camera
    opened.undo()
    assert opened.roi.contains(np.array([[65.0, 200.0]])).all()
    assert len(viewer.layers["Regions"].data) == 2


def test_each_stroke_is_one_step_and_one_line_of_the_script(viewer: Any, opened: Session, mouse: Mouse) -> None:
    link_for(viewer).draw("brush")
    mouse.drag([[60, 100], [90, 100], [120, 100]])
    mouse.drag([[60, 100], [90, 130], [120, 160]])
    assert [command.name for command in opened.commands[-2:]] == ["paint_roi", "paint_roi"]
    opened.undo()
    opened.undo()
    assert not opened.rois


def test_the_mouse_is_given_back(model: ViewerModel) -> None:
    told: list[str] = []
    link = link_for(model)
    link.rois.tool.connect(told.append)
    link.draw("brush")
    layer = model.layers["Regions"]
    assert (layer.mouse_pan, layer.cursor, len(layer.mouse_drag_callbacks)) == (False, "circle", 1)
    link.draw("pan")
    assert (layer.mouse_pan, layer.cursor, len(layer.mouse_drag_callbacks)) == (True, "standard", 0)
    link.draw("brush")
    layer.mode = "add_ellipse"  # as napari's own buttons do
    assert len([call for call in layer.mouse_drag_callbacks if getattr(call, "__self__", None)]) == 0
    assert told == ["brush", "pan", "pan", "brush", "ellipse"] or told == ["brush", "pan", "brush", "ellipse"]
    link.draw("brush")
    model.layers.remove(layer)
    assert not link.rois.brush.is_up


def test_hidden_regions_are_not_drawn_and_not_lost(model: ViewerModel) -> None:
    session = session_for(model)
    actions.draw_roi(session, SQUARE)
    actions.draw_roi(session, np.array(SQUARE) + 50)
    shapes = model.layers["Regions"]
    actions.show_roi(session, "Region 1", False)
    assert list(shapes.features["roi"]) == ["Region 2"]
    shapes.selected_data = {0}
    shapes.remove_selected()
    assert list(session.rois) == ["Region 1"]
    actions.show_roi(session, "Region 1")
    assert list(shapes.features["roi"]) == ["Region 1"]
    assert session.rois["Region 1"].geometry.equals(shapely.Polygon(SQUARE))


def test_a_stroke_that_is_being_made_is_a_line_of_few_corners_above_the_regions(model: ViewerModel) -> None:
    session, link = session_for(model), link_for(model)
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)[:, None]
    wavy = 100 + (60 + 8 * np.cos(9 * angle)) * np.hstack([np.cos(angle), np.sin(angle)])
    actions.draw_roi(session, wavy)
    shapes, before = model.layers["Regions"], session.rois
    path = np.stack([np.linspace(20, 180, 300), np.full(300, 100.0)], axis=1)
    stroke = Stroke(path, 20.0, "#e69f00")

    link.rois._preview(stroke)
    assert (list(shapes.shape_type), session.rois) == (["polygon", "path"], before)
    assert len(stroke.corners()) < len(path) / 3
    link.rois._fill()
    assert list(shapes.shape_type) == ["polygon"]
    link.rois._preview(stroke)
    link.rois._preview(None)
    assert list(shapes.shape_type) == ["polygon"]
