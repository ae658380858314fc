"""A brush covers what lies within half its width of its path, and adds or takes just that."""

import numpy as np
import pytest
import shapely

from ripple_core.errors import DataError
from ripple_core.regions.brush import erased, painted, stroke

PATH = [[0, 0], [50, 0], [50, 40]]


def test_a_stroke_covers_what_is_near_its_path():
    points = np.random.default_rng(0).uniform(-20, 80, (2000, 2))
    distance = shapely.distance(shapely.points(points), shapely.LineString(PATH))
    clear = np.abs(distance - 8) > 0.2
    assert shapely.contains_xy(stroke(PATH, 16), *points.T)[clear].tolist() == (distance < 8)[clear].tolist()


def test_a_click_leaves_a_disc_and_standing_still_adds_nothing():
    assert stroke([[5, 5]], 20).area == pytest.approx(np.pi * 100, rel=0.01)
    assert stroke([[5, 5], [5, 5]], 20).equals(stroke([[5, 5]], 20))


def test_strokes_add_up_and_an_eraser_takes_away():
    first, second = stroke(PATH, 16), stroke([[50, 40], [0, 40]], 16)
    both = painted(painted(None, first), second)
    assert both.area == pytest.approx(shapely.union(first, second).area, rel=1e-3)
    assert erased(both, second).intersection(second).area == pytest.approx(0, abs=0.5)
    cut = erased(first, stroke([[25, -20], [25, 20]], 6))
    assert cut.geom_type == "MultiPolygon"
    with pytest.raises(DataError, match="something is left"):
        erased(first, stroke(PATH, 60))


@pytest.mark.parametrize(("path", "width"), [([], 5), ([[0, np.nan]], 5), ([[0, 0]], 0), ([[0, 0]], np.inf), ([1], 5)])
def test_what_is_no_stroke_is_refused(path, width):
    with pytest.raises(DataError, match="Expected"):
        stroke(path, width)


def test_a_long_stroke_stays_light():
    angle = np.linspace(0, 60, 3000)
    spiral = np.stack([angle * 4 * np.cos(angle), angle * 4 * np.sin(angle)], axis=1)
    assert shapely.get_num_coordinates(stroke(spiral, 40)) < 3000


def test_a_stroke_with_many_places_has_few_corners_and_the_same_area():
    rng = np.random.default_rng(0)
    angle = np.linspace(0, 4, 800)
    path = np.round(np.stack([np.cos(angle), np.sin(angle)], axis=1) * 2500 + rng.normal(0, 2, (800, 2)))
    exact = shapely.buffer(shapely.LineString(path), 250, quad_segs=8)
    drawn = stroke(path, 500.0)
    assert len(shapely.get_coordinates(drawn)) < len(shapely.get_coordinates(exact)) / 3
    assert shapely.hausdorff_distance(drawn.exterior, exact.exterior) < 500 / 18
    assert shapely.area(shapely.symmetric_difference(drawn, exact)) < 0.04 * exact.area
