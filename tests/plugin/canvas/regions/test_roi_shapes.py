"""Regions as shapes and back: which shape is which region, and what only looks like one."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from napari.layers import Points, Shapes
from plugin.experiment import SQUARE

from napari_ripple.canvas import colors, layers
from napari_ripple.canvas.regions import roi_shapes
from napari_ripple.session import Session
from ripple_core.errors import DataError
from ripple_core.roi import Roi

BOX = np.array(SQUARE)[:, ::-1]


@pytest.fixture
def layer() -> Shapes:
    """A layer with two regions: one with a hole, which is two shapes, and a square."""
    ring = shapely.Polygon(SQUARE, [[[80, 80], [100, 80], [100, 100]]])
    rois = [Roi(ring, "ring", "#e69f00"), Roi.from_vertices(np.array(SQUARE) + 200, "square", "#56b4e9")]
    filled = Shapes(ndim=2)
    roi_shapes.fill(filled, rois, 2.0, None)
    return filled


def test_shapes_of_one_name_are_one_region(layer: Shapes) -> None:
    new, named = roi_shapes.groups(layer, ["ring", "square"])
    assert (new, named) == ([], {"ring": [0, 1], "square": [2]})
    assert roi_shapes.region(layer, named["ring"], None).area_um2 == pytest.approx(8100 - 200)
    assert roi_shapes.region(layer, named["square"], None).area_um2 == pytest.approx(8100)


def test_names_that_are_not_known_are_new_shapes(layer: Shapes) -> None:
    assert roi_shapes.groups(layer, ["square"]) == ([0, 1], {"square": [2]})
    assert roi_shapes.groups(Shapes([BOX]), ["square"]) == ([0], {})


def test_filling_again_leaves_nothing_of_before(layer: Shapes) -> None:
    layer.selected_data = {0}
    roi_shapes.fill(layer, [Roi.from_vertices(SQUARE, "only")], 3.0, None)
    assert roi_shapes.groups(layer, ["only"]) == ([], {"only": [0]})
    assert layer.selected_data == set()
    roi_shapes.fill(layer, [], 3.0, None)
    assert len(layer.data) == 0


def test_an_added_shape_loses_the_name_of_the_selected_one_and_gets_its_own(layer: Shapes) -> None:
    layer.selected_data = {2}
    layer.add([BOX + 400], shape_type="rectangle")
    roi_shapes.unname(layer, [3])
    assert roi_shapes.groups(layer, ["ring", "square"])[0] == [3]
    roi_shapes.name(layer, 3, Roi.from_vertices(SQUARE, "third", "#009e73"))
    assert list(layer.features[layers.ROI_COLUMN]) == ["ring", "ring", "square", "third"]
    np.testing.assert_allclose(layer.edge_color[3], colors.rgba("#009e73"), atol=1e-6)
    np.testing.assert_allclose(layer.edge_color[2], colors.rgba("#56b4e9"), atol=1e-6)
    assert 0 < layer.face_color[3, 3] < 0.3


def test_regions_are_in_micrometres_of_moved_cells() -> None:
    cells = Points(BOX, scale=(2, 2), translate=(10, -5))
    drawn_on = Shapes(ndim=2, scale=(0.5, 0.25))
    roi_shapes.fill(drawn_on, [Roi.from_vertices(SQUARE, "a")], 2.0, cells)
    assert roi_shapes.region(drawn_on, [0], cells).geometry.equals(Roi.from_vertices(SQUARE).geometry)


def test_a_line_is_no_region() -> None:
    with pytest.raises(DataError, match="Expected an area"):
        roi_shapes.region(Shapes([BOX[:2]], shape_type="line"), [0], None)


def test_a_slip_is_small_and_holds_no_cell(session: Session) -> None:
    def box(x: float, y: float, side: float) -> Roi:
        return Roi.from_vertices([[x, y], [x + side, y], [x + side, y + side], [x, y + side]])

    section = session.section
    x, y = section.xy_um[0]
    assert roi_shapes.is_a_slip(box(-50, -50, 1), section)
    assert not roi_shapes.is_a_slip(box(-500, -500, 10 * section.nearest_um), section)  # large, though empty
    assert not roi_shapes.is_a_slip(box(x - 0.5, y - 0.5, 1), section)  # small, but with a cell in it
    assert not roi_shapes.is_a_slip(box(-50, -50, 1), None)
