"""Core values to layer data and back: axis order, rings, ellipses, moved layers."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from napari.layers import Points, Shapes
from plugin.experiment import SQUARE

from napari_ripple.canvas import layers
from napari_ripple.session import Session
from ripple_core.errors import DataError
from ripple_core.roi import Roi

CORNERS = np.array(SQUARE)


def test_x_and_y_change_places_both_ways() -> None:
    xy = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(layers.rows_columns(xy), [[2, 1], [4, 3]])
    np.testing.assert_array_equal(layers.xy(layers.rows_columns(xy)), xy)
    np.testing.assert_array_equal(layers.xy(np.array([[9.0, 2.0, 1.0]])), [[1, 2]])


def test_cells_become_points_without_border(session: Session) -> None:
    layer = Points(**layers.cells_arguments(session.section, key="cell_type"))
    np.testing.assert_allclose(layer.data, session.section.xy_um[:, ::-1])
    assert float(layer.border_width.max()) == 0
    assert layer.antialiasing == 0
    assert [str(unit) for unit in layer.units] == ["micrometer", "micrometer"]
    assert list(layer.features) == ["cell", "type"]
    assert float(layer.size[0]) == pytest.approx(0.9 * session.section.nearest_um, rel=1e-5)


def test_only_the_asked_cells(session: Session) -> None:
    rows = np.array([5, 2])
    arguments = layers.cells_arguments(session.section, rows)
    np.testing.assert_allclose(arguments["data"], session.section.xy_um[[5, 2], ::-1])
    assert list(arguments["features"]["cell"]) == list(session.section.cells[rows])


def test_a_region_with_a_hole_and_two_parts_survives_the_way_there_and_back() -> None:
    hole = shapely.Polygon(CORNERS, [[[80, 80], [100, 80], [100, 100], [80, 100]]])
    geometry = shapely.union(hole, shapely.box(300, 300, 320, 340))
    rings = layers.outlines(geometry)
    assert len(rings) == 3
    back = layers.roi_from_shapes([("polygon", layers.xy(ring)) for ring in rings])
    assert back.geometry.equals(geometry)


def test_a_bow_tie_follows_the_even_odd_rule() -> None:
    bow_tie = CORNERS[[0, 2, 1, 3]]
    roi = layers.roi_from_shapes([("polygon", bow_tie)])
    assert roi.area_um2 == pytest.approx(8100 / 2)


def test_an_ellipse_is_round() -> None:
    roi = layers.roi_from_shapes([("ellipse", CORNERS)])
    assert roi.area_um2 == pytest.approx(np.pi * 45**2, rel=0.01)
    assert roi.contains(np.array([[105.0, 61.0], [62.0, 62.0]])).tolist() == [True, False]


@pytest.mark.parametrize("kind", ["line", "path"])
def test_a_line_is_no_region(kind: str) -> None:
    with pytest.raises(DataError, match="Expected an area"):
        layers.roi_from_shapes([(kind, CORNERS)])


def test_shapes_on_a_moved_layer_land_on_the_cells_below_them() -> None:
    cells = Points(CORNERS[:, ::-1], scale=(2, 2), translate=(10, -5))
    drawn_on = Shapes(scale=(0.5, 0.25), translate=(3, 4), rotate=30)
    data = layers.from_section(layers.rows_columns(CORNERS), drawn_on, cells)
    np.testing.assert_allclose(layers.to_section(data, drawn_on, cells), CORNERS, atol=1e-9)
    world = np.array([drawn_on.data_to_world(corner) for corner in data])
    np.testing.assert_allclose(world, [cells.data_to_world(corner[::-1]) for corner in CORNERS], atol=1e-9)


def test_regions_become_named_shapes() -> None:
    roi = Roi.from_vertices(CORNERS, "edge", "#56b4e9")
    arguments = layers.roi_arguments([roi], 2.0)
    layer = Shapes(**arguments)
    assert list(layer.features["roi"]) == ["edge"]
    np.testing.assert_allclose(layer.edge_color[0][:3], [0x56 / 255, 0xB4 / 255, 0xE9 / 255], atol=1e-6)


def test_simulated_layers_say_so() -> None:
    assert layers.simulated_name("Fn1 (response, simulated)") == "simulated: Fn1 (response)"
    assert layers.simulated_name("Fn1") == "simulated: Fn1"


STROKE = [
    (90.72, 105.19), (94.43, 108.24), (98.66, 110.51), (103.26, 111.9), (108.04, 112.37), (112.82, 111.9),
    (117.42, 110.51), (121.65, 108.24), (125.36, 105.19), (128.41, 101.48), (130.68, 97.25), (132.07, 92.65),
    (132.54, 87.87), (132.07, 83.09), (130.68, 78.49), (128.41, 74.26), (125.36, 70.55), (88.66, 33.85),
    (51.97, -2.84), (48.26, -5.89), (44.03, -8.16), (39.43, -9.55), (34.65, -10.02), (29.87, -9.55),
    (25.27, -8.16), (21.04, -5.89), (17.33, -2.84), (14.28, 0.87), (12.01, 5.1), (10.62, 9.7),
    (10.15, 14.48), (10.62, 19.26), (12.01, 23.86), (14.28, 28.09), (17.33, 31.8), (54.02, 68.49),
]  # fmt: skip
"""A stroke of the brush, (x, y) in µm: a straight line with a corner in its middle, which napari's own filling refuses."""


def test_a_straight_stroke_of_the_brush_is_drawn() -> None:
    roi = Roi(shapely.Polygon(STROKE), "painted")
    drawn = Shapes(**layers.roi_arguments([roi], 1.0))
    assert shapely.Polygon(drawn.data[0][:, ::-1]).symmetric_difference(roi.geometry).area < 0.1
