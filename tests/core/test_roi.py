"""Regions: membership and distance against slow twins, self-crossing outlines, GeoJSON both ways."""

import json

import numpy as np
import pytest
import shapely

from ripple_core.errors import DataError
from ripple_core.roi import DEFAULT_COLOR, Roi, read_geojson, write_geojson

SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10]]
BOW_TIE = [[0, 0], [10, 10], [10, 0], [0, 10]]


def winding_parity(corners, x, y):
    """Even-odd rule by counting crossings, one point at a time."""
    crossings, last = 0, corners[-1]
    for corner in corners:
        (x1, y1), (x2, y2), last = last, corner, corner
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            crossings += 1
    return crossings % 2 == 1


def test_membership_by_hand():
    roi = Roi.from_vertices(SQUARE)
    assert roi.contains([[5, 5], [-1, 5], [11, 5], [9.99, 0.01]]).tolist() == [True, False, False, True]
    assert roi.area_um2 == 100


@pytest.mark.parametrize("seed", range(4))
def test_membership_of_any_outline_follows_the_even_odd_rule(seed):
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 100, (9, 2))
    points = rng.uniform(-5, 105, (400, 2))
    expected = [winding_parity(corners.tolist(), x, y) for x, y in points]
    assert Roi.from_vertices(corners).contains(points).tolist() == expected


def test_membership_agrees_with_shapely():
    rng = np.random.default_rng(7)
    roi = Roi(shapely.Point(50, 50).buffer(30).difference(shapely.Point(50, 50).buffer(10)))
    points = rng.uniform(0, 100, (500, 2))
    assert roi.contains(points).tolist() == [roi.geometry.contains(shapely.Point(p)) for p in points]


def test_a_bow_tie_keeps_both_halves():
    roi = Roi.from_vertices(BOW_TIE)
    assert roi.area_um2 == pytest.approx(50)
    assert (
        roi.contains([[1, 5], [9, 5], [5, 1], [5, 9]]).tolist() == [False, False, True, True]
        or roi.contains([[1, 5], [9, 5]]).all()
    )


def test_distance_is_negative_inside():
    distance = Roi.from_vertices(SQUARE).distance_um([[5, 5], [15, 5], [13, 14]])
    np.testing.assert_allclose(distance, [-5, 5, 5])


@pytest.mark.parametrize("corners", [[[0, 0], [1, 1]], [[0, 0], [0, 0], [0, 0]], [0, 1, 2]])
def test_too_few_corners_are_refused(corners):
    with pytest.raises(DataError, match="at least 3"):
        Roi.from_vertices(corners)


@pytest.mark.parametrize("corners", [[[0, 0], [5, 5], [10, 10]], [[0, 0], [1, 0], [2, 0], [1, 0]]])
def test_an_outline_without_area_is_refused(corners):
    with pytest.raises(DataError, match="area|encloses nothing"):
        Roi.from_vertices(corners)


def test_corners_must_be_finite():
    with pytest.raises(DataError, match="finite"):
        Roi.from_vertices([[0, 0], [1, np.nan], [1, 1]])


def test_geojson_and_back(tmp_path):
    rois = [Roi.from_vertices(SQUARE, name="left", color="#112233"), Roi.circle((50, 50), 5, name="right")]
    write_geojson(rois, tmp_path / "rois.geojson")
    again = read_geojson(tmp_path / "rois.geojson")
    assert [(roi.name, roi.color) for roi in again] == [("left", "#112233"), ("right", DEFAULT_COLOR)]
    assert all(a.geometry.equals(b.geometry) for a, b in zip(rois, again, strict=True))


def test_several_polygons_may_be_one_region(tmp_path):
    write_geojson([Roi.from_vertices(SQUARE, name="a"), Roi.circle((50, 50), 5, name="b")], tmp_path / "r.geojson")
    roi = Roi.from_geojson(tmp_path / "r.geojson")
    assert roi.name == "a"
    assert roi.contains([[5, 5], [50, 50], [30, 30]]).tolist() == [True, True, False]


def test_qupaths_own_export_is_understood():
    feature = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[*SQUARE, SQUARE[0]]]},
        "properties": {"objectType": "annotation", "classification": {"name": "Tumor", "color": [200, 0, 0]}},
    }
    roi = Roi.from_feature(feature)
    assert (roi.name, roi.category, roi.color, roi.area_um2) == ("Tumor", "Tumor", "#c80000", 100)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "does not parse"),
        ("{", "does not parse"),
        ('{"type": "FeatureCollection", "features": []}', "empty"),
        ("3", "empty"),
        ('[{"type": "Feature"}]', "polygon"),
        (json.dumps({"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}}), "Point"),
        (json.dumps({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]}), "area|nothing"),
        ("[3]", "polygon"),
        (
            '{"type": "Polygon", "coordinates": [[[0, 0], [NaN, 0], [1, 1], [0, 0]]]}',
            "corners that are NaN or infinite",
        ),
        ('{"type": "Feature", "geometry": null}', "a feature without an outline"),
    ],
)
def test_other_files_are_refused(tmp_path, content, words):
    (tmp_path / "roi.geojson").write_text(content)
    with pytest.raises(DataError, match=words):
        Roi.from_geojson(tmp_path / "roi.geojson")


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(DataError, match="no file at"):
        read_geojson(tmp_path / "none.geojson")


@pytest.mark.parametrize("seed", range(4))
def test_many_points_are_looked_at_by_tiles_with_the_same_answer(monkeypatch, seed):
    rng = np.random.default_rng(seed)
    whole = Roi.from_vertices(rng.uniform(0, 100, (9, 2)))
    roi = Roi(whole.geometry.difference(shapely.Point(50, 50).buffer(8)))
    corners = np.asarray(shapely.get_coordinates(roi.geometry))
    xy = np.concatenate([rng.uniform(-10, 110, (20_000, 2)), corners])
    left, bottom, right, top = roi.geometry.bounds
    on_lines = np.stack(np.meshgrid(np.linspace(left, right, 49), np.linspace(bottom, top, 49)), axis=-1).reshape(-1, 2)
    xy = np.concatenate([xy, on_lines])
    plain = shapely.contains_xy(roi.geometry, xy[:, 0], xy[:, 1])
    monkeypatch.setattr("ripple_core.roi.MANY", 1)
    np.testing.assert_array_equal(roi.contains(xy), plain)


def test_distances_within_reach_are_the_same_and_others_may_be_infinite():
    xy = np.random.default_rng(3).uniform(0, 100, (500, 2))
    roi = Roi.circle((30, 40), 8)
    every, near = roi.distance_um(xy), roi.distance_um(xy, 20)
    reached = every <= 20
    np.testing.assert_array_equal(near[reached], every[reached])
    assert (near[~reached] > 20).all()
    assert np.isinf(near[every > 60]).all()
