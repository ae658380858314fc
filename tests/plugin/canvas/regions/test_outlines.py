"""Outlines that napari truly refuses to fill, by each of its ways of cutting: nothing else goes from the picture, and no region is lost."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from napari.components import ViewerModel
from napari.layers import Shapes
from napari.settings import get_settings
from plugin.experiment import SQUARE
from plugin.mouse import Mouse, settle

from napari_ripple import actions
from napari_ripple.canvas.regions.outlines import Outlines
from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for, session_for
from ripple_core.roi import Roi

TWICE = np.array([[6, 6], [3, 5], [1, 2], [0, 5], [1, 0], [6, 3], [1, 2]]) * 25.0 + 40
"""An outline (row, column) that passes one corner twice, which bermuda refuses."""
BACK = np.array([[60, 40], [80, 40], [40, 40], [120, 100], [120, 40.0]])
"""One that runs back along itself, which napari's own Python refuses."""
REFUSED = {"bermuda": TWICE, "pure_python": BACK}
FAR = [[-2.19, 0.75], [-3.11, 1.07], [-2.47, 0.89], [-3.43, 6.31], [-3.43, 8.12]]
"""A region, (x, y) in µm from a million: single precision folds it, and bermuda refuses it however it is drawn."""


@pytest.fixture(params=sorted(REFUSED))
def refused(request: Any, cutting: Any) -> np.ndarray:
    """An outline that napari refuses, cut in the way that refuses it."""
    cutting(request.param)
    return REFUSED[request.param]


@pytest.fixture
def cutting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Chooses how napari cuts outlines into triangles; what it writes about those it refuses goes with the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings = get_settings().experimental
    before = settings.triangulation_backend

    def choose(way: str) -> None:
        if way == "bermuda":
            pytest.importorskip("bermuda")
        settings.triangulation_backend = type(before)[way]

    yield choose
    settings.triangulation_backend = before


def test_one_that_is_refused_is_a_line_and_the_others_are_filled(refused: np.ndarray) -> None:
    with pytest.raises(RuntimeError, match="Triangulation failed"):
        Shapes([refused], shape_type="polygon")
    box = np.array(SQUARE)
    layer = Outlines([box, refused, box + 100], shape_type="polygon", edge_width=3, edge_color=["red", "blue", "green"])
    assert (layer.unfilled, list(layer.shape_type)) == ([1], ["polygon"] * 3)
    np.testing.assert_allclose(layer.data[1], refused)
    np.testing.assert_allclose(layer.edge_color[1], [0, 0, 1, 1])
    assert layer.edge_width == [3, 3, 3]
    faces = [shape.face_triangles_count for shape in layer._data_view.shapes]
    lines = [shape.edge_triangles_count for shape in layer._data_view.shapes]
    assert [count > 0 for count in faces] == [True, False, True]
    assert all(lines)


def test_a_line_is_filled_again_as_soon_as_it_can_be(refused: np.ndarray) -> None:
    layer = Outlines([np.array(SQUARE)], shape_type="polygon")
    layer._data_view.edit(0, refused)  # what napari does while a corner is dragged
    assert layer.unfilled == [0]
    layer._data_view.edit(0, np.array(SQUARE))
    assert layer.unfilled == []


def test_a_region_that_cannot_be_filled_is_kept_seen_and_told_once(model: ViewerModel, cutting: Any) -> None:
    cutting("bermuda")
    session, far = session_for(model), shapely.Polygon(np.array(FAR) + 1e6)
    actions.draw_roi(session, SQUARE)
    actions.add_roi(session, Roi(far), name="far")
    shapes = model.layers["Regions"]
    assert list(shapes.features["roi"]) == ["Region 1", "far"]
    assert shapes.unfilled == [1]
    assert session.message.startswith("far: napari cannot fill")
    session.message = ""
    actions.draw_roi(session, np.array(SQUARE) + 50)
    assert list(session.rois) == list(shapes.features["roi"]) == ["Region 1", "far", "Region 2"]
    assert session.rois["far"].geometry.equals(far)
    assert session.message == ""
    actions.remove_roi(session, "far")
    assert shapes.unfilled == []


@pytest.mark.parametrize("tool", ["lasso", "polygon"])
def test_one_that_napari_cannot_fill_is_drawn_by_the_mouse(
    viewer: Any, opened: Session, mouse: Mouse, qapp: Any, tool: Any, refused: np.ndarray
) -> None:
    actions.draw_roi(opened, [[200, 20], [240, 20], [240, 60]])
    link = link_for(viewer)
    link.draw(tool)
    corners = refused[:, ::-1]
    if tool == "lasso":
        mouse.drag(corners)
    else:
        for corner in corners[:-1]:
            mouse.click(*corner)
        mouse.double_click(*corners[-1])
    assert not link.rois.layer.is_unfinished
    assert list(opened.rois) == ["Region 1", "Region 2"]
    even_odd = Roi.from_vertices(corners).geometry
    assert opened.roi.geometry.symmetric_difference(even_odd).area < 0.05 * even_odd.area
    link.flush()
    settle(qapp)
    assert link.rois.layer.unfilled == []  # drawn anew as the region that it has become
    assert set(link.rois.layer.features["roi"]) == {"Region 1", "Region 2"}
    assert not opened.message
