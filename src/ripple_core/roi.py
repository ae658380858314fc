"""A named region of interest in µm: which cells lie inside, how far the others are, GeoJSON both ways."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from ripple_core.errors import DataError, sentence
from ripple_core.files import read_json, write_text

DEFAULT_COLOR = "#e69f00"


@dataclass(frozen=True)
class Roi:
    """A region the user drew or loaded.

    Parameters
    ----------
    geometry
        A shapely Polygon or MultiPolygon in µm, (x, y).
    name, color
        How the region is called and drawn (``#rrggbb``).
    """

    geometry: BaseGeometry
    name: str = "ROI"
    color: str = DEFAULT_COLOR

    def __post_init__(self) -> None:
        if self.geometry.is_empty or self.geometry.area <= 0:
            raise DataError(
                sentence("a region with an area", f"{self.geometry.geom_type} of area 0", "Draw at least 3 corners")
            )

    @classmethod
    def from_vertices(cls, xy_um: np.ndarray, name: str = "ROI", color: str = DEFAULT_COLOR) -> Roi:
        """A region from its corners (vertices, 2) in µm; a self-crossing outline follows the even-odd rule.

        >>> Roi.from_vertices([[0, 0], [10, 0], [10, 10], [0, 10]]).area_um2
        100.0
        """
        corners = np.asarray(xy_um, dtype=np.float64)
        if corners.ndim != 2 or corners.shape[1] != 2 or len(np.unique(corners, axis=0)) < 3:
            raise DataError(
                sentence(
                    "at least 3 different corners (x, y)", f"an array of shape {corners.shape}", "Draw a larger outline"
                )
            )
        if not np.isfinite(corners).all():
            raise DataError(sentence("finite corners", "NaN or infinite values", "Draw the outline again"))
        return cls(_even_odd(corners), name, color)

    @classmethod
    def circle(cls, center_um: tuple[float, float], radius_um: float, name: str = "ROI") -> Roi:
        """A round region."""
        return cls(shapely.Point(center_um).buffer(radius_um, quad_segs=32), name)

    @classmethod
    def from_geojson(cls, path: str | Path) -> Roi:
        """All polygons of a GeoJSON file (µm) as one region; see :func:`read_geojson` for one region each."""
        rois = read_geojson(path)
        if len(rois) == 1:
            return rois[0]
        return cls(shapely.union_all([roi.geometry for roi in rois]), rois[0].name, rois[0].color)

    def to_geojson(self, path: str | Path) -> None:
        """Write the region as a GeoJSON FeatureCollection that QuPath opens too."""
        write_geojson([self], path)

    def as_feature(self) -> dict[str, Any]:
        """The region as one GeoJSON feature."""
        red_green_blue = [int(self.color[i : i + 2], 16) for i in (1, 3, 5)]
        properties = {"name": self.name, "color": red_green_blue, "unit": "micrometre", "objectType": "annotation"}
        return {"type": "Feature", "properties": properties, "geometry": mapping(self.geometry)}

    @classmethod
    def from_feature(cls, feature: dict[str, Any]) -> Roi:
        """The region of one GeoJSON feature; anything but polygons raises DataError."""
        try:
            geometry = shape(feature.get("geometry", feature))
        except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
            raise DataError(
                sentence("a GeoJSON polygon", f"something else ({error})", "Export polygons as GeoJSON")
            ) from None
        if geometry.geom_type not in ("Polygon", "MultiPolygon"):
            raise DataError(
                sentence("a GeoJSON Polygon or MultiPolygon", geometry.geom_type, "Draw an area, not a line or point")
            )
        if not geometry.is_valid:
            geometry = _repair(geometry)
        properties = feature.get("properties") or {}
        return cls(geometry, str(properties.get("name") or "ROI"), _color(properties))

    @property
    def area_um2(self) -> float:
        """Area in µm²."""
        return float(self.geometry.area)

    def contains(self, xy_um: np.ndarray) -> np.ndarray:
        """Which of the positions (cells, 2) lie inside, as a mask (cells,)."""
        xy = np.asarray(xy_um, dtype=np.float64)
        left, bottom, right, top = self.geometry.bounds
        x, y = xy[:, 0], xy[:, 1]
        inside = (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
        shapely.prepare(self.geometry)
        inside[inside] = shapely.contains_xy(self.geometry, x[inside], y[inside])
        return inside

    def distance_um(self, xy_um: np.ndarray) -> np.ndarray:
        """Distance (cells,) from each position to the region's edge, in µm; positive outside, negative inside."""
        points = shapely.points(np.asarray(xy_um, dtype=np.float64))
        distance = shapely.distance(points, self.geometry.boundary)
        return np.where(self.contains(xy_um), -distance, distance)

    def vertices_um(self) -> np.ndarray:
        """Corners (vertices, 2) of the largest outline."""
        return np.asarray(_largest(self.geometry).exterior.coords)[:-1]


def read_geojson(path: str | Path) -> list[Roi]:
    """Every polygon of a GeoJSON file as a region of its own."""
    content = read_json(path, "a GeoJSON file", "Export the region again")
    features = (
        content
        if isinstance(content, list)
        else content.get("features", [content])
        if isinstance(content, dict)
        else []
    )
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        found = f"{Path(path).name} with other things in its place"
        raise DataError(sentence("a list of GeoJSON polygons", found, "Export the region again"))
    if not features:
        raise DataError(
            sentence("at least one polygon", f"an empty GeoJSON file {Path(path).name}", "Draw a region first")
        )
    return [Roi.from_feature(feature) for feature in features]


def write_geojson(rois: list[Roi], path: str | Path) -> None:
    """Write regions as one GeoJSON FeatureCollection (µm)."""
    collection = {"type": "FeatureCollection", "features": [roi.as_feature() for roi in rois]}
    write_text(path, json.dumps(collection, indent=1))


def _even_odd(corners: np.ndarray) -> BaseGeometry:
    """The area inside an outline by the even-odd rule, also where it crosses itself."""
    polygon = shapely.Polygon(corners)
    return polygon if polygon.is_valid else _repair(polygon)


def _repair(geometry: BaseGeometry) -> BaseGeometry:
    """A valid area; ``make_valid`` keeps the even-odd parts that ``buffer(0)`` would lose."""
    repaired = shapely.make_valid(geometry)
    parts = [part for part in shapely.get_parts(repaired) if part.geom_type in ("Polygon", "MultiPolygon")]
    if not parts:
        raise DataError(sentence("a region with an area", "an outline that encloses nothing", "Draw it again"))
    return shapely.union_all(parts)


def _largest(geometry: BaseGeometry) -> shapely.Polygon:
    parts = [geometry] if geometry.geom_type == "Polygon" else list(geometry.geoms)
    return max(parts, key=lambda part: part.area)


def _color(properties: dict[str, Any]) -> str:
    """The colour of a feature, ours or QuPath's, as ``#rrggbb``."""
    value = properties.get("color") or (properties.get("classification") or {}).get("color")
    if isinstance(value, list) and len(value) >= 3:
        return "#" + "".join(f"{int(v) & 255:02x}" for v in value[:3])
    return value if isinstance(value, str) and len(value) == 7 and value.startswith("#") else DEFAULT_COLOR
