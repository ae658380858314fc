"""The layer of cells answers as any Points layer does: colours, hovering, saving, selecting, adding and removing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from napari.layers import Layer, Points

from napari_ripple.canvas import colors
from napari_ripple.canvas.cells.cell_points import CellPoints
from napari_ripple.display.paint import Paint

VALUES = np.array([0.0, 0.5, 1.0, np.nan], dtype=np.float32)
DATA = np.array([[0.0, 0.0], [0.0, 20.0], [20.0, 0.0], [20.0, 3.0]])
LOOK = colors.look(Paint("numbers", VALUES, (0.0, 1.0)))
ARGUMENTS: dict[str, Any] = {"size": 10.0, "border_width": 0, "antialiasing": 0, "name": "cells"}


@pytest.fixture
def layer() -> CellPoints:
    """Four cells; the last lies over the third."""
    return CellPoints(DATA, look=LOOK, features={"cell": list("abcd")}, **ARGUMENTS)


def test_colours_are_made_when_asked_for_and_saved(layer: CellPoints) -> None:
    np.testing.assert_allclose(layer.face_color, LOOK.rgba())
    data, state, kind = layer.as_layer_data_tuple()
    assert kind == "points"
    copy = Layer.create(data, state, kind)
    assert type(copy) is Points
    np.testing.assert_allclose(copy.face_color, LOOK.rgba(), atol=1e-6)


def test_the_uppermost_cell_that_is_seen_is_hovered(layer: CellPoints) -> None:
    assert layer.get_value((20.0, 2.0)) == 3
    assert layer.get_value((21.0, -4.0)) == 2
    assert layer.get_value((4.0, 4.0)) is None  # a corner of the square around a disc
    assert layer.get_value((10.0, 10.0)) is None
    codes = colors.look(Paint("labels", np.array([0, 0, 0, 1]), categories=("A", "B")), hidden={"B"})
    layer.show(codes)
    assert layer.get_value((20.0, 2.0)) == 2
    layer.visible = False
    assert layer.get_value((20.0, 2.0)) is None


def test_the_status_bar_names_cell_and_value(layer: CellPoints) -> None:
    assert layer.get_status((0.0, 20.0))["value"].endswith("cell: b, value: 0.5")
    assert layer.get_status((20.0, 5.0))["value"].endswith("cell: d")
    layer.show(colors.look(Paint("labels", np.zeros(4, np.int64), categories=("A",))))
    assert "value:" not in layer.get_status((0.0, 20.0))["value"]


def test_colours_can_be_set_as_those_of_any_points(layer: CellPoints) -> None:
    layer.face_color = "red"
    np.testing.assert_allclose(layer.face_color, [[1, 0, 0, 1]] * 4)
    layer.selected_data = {1, 2}
    layer.current_face_color = "blue"
    np.testing.assert_allclose(layer.face_color[:, 2], [0, 1, 1, 0])
    np.testing.assert_allclose(layer.look.rgba(), layer.face_color)


def test_cells_can_be_added_and_removed(layer: CellPoints) -> None:
    layer.add([5.0, 5.0])
    assert len(layer.face_color) == 5
    layer.remove([0, 4])
    np.testing.assert_allclose(layer.face_color, LOOK.rgba()[1:])
    layer.data = np.empty((0, 2))
    assert layer.face_color.shape == (0, 4)
    assert layer.get_value((0.0, 0.0)) is None
    layer.data = DATA
    assert (layer.face_color[:, 3] == LOOK.unknown[3]).all()


def test_the_thumbnail_shows_the_colours(layer: CellPoints) -> None:
    assert (layer.thumbnail[..., :3].reshape(-1, 3).max(axis=0) > 0).all()
    layer.show(colors.look(Paint("labels", np.zeros(4, np.int64), categories=("A",)), hidden={"A"}))
    assert not layer.thumbnail[..., :3].any()


def test_in_passing_the_thumbnail_waits(layer: CellPoints) -> None:
    before = layer.thumbnail.copy()
    layer.show(colors.look(Paint("labels", np.zeros(4, np.int64), categories=("A",)), hidden={"A"}), in_passing=True)
    assert (layer.thumbnail == before).all()
    layer.settle()
    assert not layer.thumbnail[..., :3].any()


def test_where_the_cells_are_is_looked_up_once_for_the_same_positions(layer: CellPoints) -> None:
    placed = layer.placed
    plain = Points(layer.data, size=layer.size)
    np.testing.assert_array_equal(layer.extent.data, plain.extent.data)
    np.testing.assert_array_equal(placed.xy, layer.data[:, ::-1].astype(np.float32))
    assert layer.placed is placed
    layer.data = layer.data + 5.0
    np.testing.assert_array_equal(layer.placed.extent, placed.extent + 5.0)
    layer.data = np.empty((0, 2))
    assert np.isnan(layer.extent.data).all()
    assert not len(layer.placed.xy)
