"""QuPath's GeoJSON of all versions is read, and what is written is what it reads; holes, pieces and pixels included."""

import json

import pytest
import shapely

from ripple_core import qupath
from ripple_core.errors import DataError
from ripple_core.roi import Roi, features_of, read_geojson, write_geojson

RING = [[[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]], [[40, 40], [60, 40], [60, 60], [40, 60], [40, 40]]]
TWO = [RING, [[[200, 0], [300, 0], [300, 50], [200, 0]]]]
TODAY = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "0b0f9d3c-1f5f-4a69-9d0e-2f6f0f0f9a11",
            "geometry": {"type": "Polygon", "coordinates": RING},
            "properties": {
                "objectType": "annotation",
                "name": "edge of the tumour",
                "classification": {"name": "Tumor", "color": [200, 0, 0]},
                "isLocked": True,
                "measurements": {"Area µm^2": 2500.0},
            },
        },
        {
            "type": "Feature",
            "id": "8fb3ac3e-6a0c-4d6f-bd5e-0d3a63b3b2a2",
            "geometry": {"type": "MultiPolygon", "coordinates": TWO, "plane": {"c": -1, "z": 0, "t": 0}},
            "properties": {
                "objectType": "annotation",
                "color": [0, 128, 255],
                "classification": {"names": ["Immune", "Positive"], "color": [250, 62, 62]},
            },
        },
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [5, 5]},
            "properties": {"objectType": "annotation"},
        },
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": RING},
            "nucleusGeometry": {"type": "Polygon", "coordinates": RING},
            "properties": {"objectType": "cell", "measurements": [{"name": "Nucleus: Area", "value": 30.5}]},
        },
    ],
}
OLD = [
    {
        "type": "Feature",
        "id": "PathAnnotationObject",
        "geometry": {"type": "Polygon", "coordinates": RING},
        "properties": {
            "classification": {"name": "Stroma", "colorRGB": -6895466},
            "isLocked": False,
            "measurements": [],
        },
    },
    {"type": "Feature", "id": "PathDetectionObject", "geometry": {"type": "Polygon", "coordinates": RING}},
]


@pytest.fixture
def export(tmp_path):
    """A file shaped as QuPath exports it."""

    def write(content):
        path = tmp_path / "export.geojson"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write


def test_annotations_are_read_with_names_classes_colours_holes_and_pieces(export):
    first, second = read_geojson(export(TODAY))
    assert (first.name, first.category, first.color) == ("edge of the tumour", "Tumor", "#c80000")
    assert first.geometry.equals(shapely.Polygon(RING[0], RING[1:]))
    assert (second.name, second.category, second.color) == ("Immune: Positive", "Immune: Positive", "#0080ff")
    assert second.geometry.geom_type == "MultiPolygon"
    assert second.area_um2 == 10000 - 400 + 2500


def test_older_versions_are_read_too(export):
    (roi,) = read_geojson(export(OLD))
    assert (roi.name, roi.color) == ("Stroma", "#96c896")


def test_pixels_become_micrometres(export):
    path = export(TODAY)
    assert qupath.is_in_pixels(features_of(path))
    first, _ = read_geojson(path, pixel_um=0.5)
    assert first.geometry.bounds == (0, 0, 50, 50)
    with pytest.raises(DataError, match="above 0"):
        read_geojson(path, pixel_um=0)


@pytest.mark.parametrize("pixel_um", [None, 0.2125])
def test_there_and_back_nothing_is_lost(tmp_path, pixel_um):
    rois = [
        Roi(shapely.Polygon(RING[0], RING[1:]), "ring", "#112233", "Tumor"),
        Roi(
            shapely.MultiPolygon([shapely.Polygon(RING[0], RING[1:]), shapely.box(200, 0, 300, 50)]),
            "two",
            visible=False,
        ),
    ]
    path = tmp_path / "rois.geojson"
    write_geojson(rois, path, pixel_um, {"ring": {"Cells": 12}})
    assert not qupath.is_in_pixels(features_of(path))  # nobody is asked: the file says it
    again = read_geojson(path, pixel_um=7.0)
    for was, now in zip(rois, again, strict=True):
        assert (was.name, was.color, was.category, was.visible) == (now.name, now.color, now.category, now.visible)
        assert shapely.hausdorff_distance(was.geometry, now.geometry) < 1e-9
        assert now.geometry.geom_type == was.geometry.geom_type
    written = json.loads(path.read_text())
    assert written["type"] == "FeatureCollection"
    properties = written["features"][0]["properties"]
    assert properties["objectType"] == "annotation"
    assert properties["classification"] == {"name": "Tumor", "color": [17, 34, 51]}
    assert properties["measurements"] == {"Cells": 12}
    width = max(x for x, _ in written["features"][0]["geometry"]["coordinates"][0])
    assert width == pytest.approx(100 / (pixel_um or 1))


@pytest.mark.parametrize(
    ("content", "words"),
    [(TODAY["features"][2:3], "Point"), (TODAY["features"][3:], "1 detected cells"), ([{"geometry": None}], "polygon")],
)
def test_a_file_without_areas_is_refused(export, content, words):
    with pytest.raises(DataError, match=words):
        read_geojson(export(content))
