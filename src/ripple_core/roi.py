"""A named region of interest in µm: which cells lie inside, how far the others are, GeoJSON both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.affinity import scale
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from ripple_core import qupath
from ripple_core.errors import DataError, sentence
from ripple_core.files import read_json, write_text

DEFAULT_COLOR = "#e69f00"
MANY, TILES = 150_000, 48
"""Of so many points those in a tile that lies whole inside or outside the region are not looked at one by one."""
OUT, EDGE, IN = 0, 1, 2
POINTS_AT_ONCE = 4096


@dataclass(frozen=True)
class Roi:
    """A region the user drew or loaded.

    Parameters
    ----------
    geometry
        A shapely Polygon or MultiPolygon in µm, (x, y).
    name, color
        How the region is called and drawn (``#rrggbb``).
    category
        The class it has in QuPath ("Tumor"); empty for none. It goes out with the region as it came.
    visible
        Whether it is drawn.
    """

    geometry: BaseGeometry
    name: str = "Region"
    color: str = DEFAULT_COLOR
    category: str = ""
    visible: bool = True

    def __post_init__(self) -> None:
        if self.geometry.is_empty or self.geometry.area <= 0:
            raise DataError(
                sentence("a region with an area", f"{self.geometry.geom_type} of area 0", "Draw at least 3 corners")
            )

    @classmethod
    def from_vertices(cls, xy_um: np.ndarray, name: str = "Region", color: str = DEFAULT_COLOR) -> Roi:
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
    def circle(cls, center_um: tuple[float, float], radius_um: float, name: str = "Region") -> Roi:
        """A round region."""
        return cls(shapely.Point(center_um).buffer(radius_um, quad_segs=32), name)

    @classmethod
    def from_geojson(cls, path: str | Path, pixel_um: float | None = None) -> Roi:
        """All polygons of a GeoJSON file as one region; see :func:`read_geojson` for units, and for one region each."""
        rois = read_geojson(path, pixel_um)
        if len(rois) == 1:
            return rois[0]
        return cls(shapely.union_all([roi.geometry for roi in rois]), rois[0].name, rois[0].color)

    def to_geojson(self, path: str | Path, pixel_um: float | None = None) -> None:
        """Write the region as a GeoJSON FeatureCollection that QuPath opens too; units as in :func:`write_geojson`."""
        write_geojson([self], path, pixel_um)

    def as_feature(
        self, measurements: Mapping[str, float] | None = None, pixel_um: float | None = None
    ) -> dict[str, Any]:
        """The region as one GeoJSON feature: in µm, or in pixels of ``pixel_um`` µm, as QuPath has them."""
        properties = qupath.describe(self.name, self.color, self.category, measurements)
        if not self.visible:
            properties["visible"] = False
        if pixel_um is None:
            properties["unit"] = qupath.MICROMETRE
            return {"type": "Feature", "properties": properties, "geometry": mapping(self.geometry)}
        properties["pixel_um"] = pixel_um
        return {"type": "Feature", "properties": properties, "geometry": mapping(_scaled(self.geometry, 1 / pixel_um))}

    @classmethod
    def from_feature(cls, feature: dict[str, Any], pixel_um: float | None = None) -> Roi:
        """The region of one GeoJSON feature; anything but polygons raises DataError.

        Coordinates are µm, or pixels of ``pixel_um`` µm unless the feature itself says what they are.
        """
        geometry = _outline(feature.get("geometry", feature))
        if geometry.geom_type not in qupath.AREAS:
            raise DataError(
                sentence("a GeoJSON Polygon or MultiPolygon", geometry.geom_type, "Draw an area, not a line or point")
            )
        if not geometry.is_valid:
            geometry = _repair(geometry)
        given = None if qupath.unit(feature) == qupath.MICROMETRE else qupath.pixel_um(feature) or pixel_um
        return cls(
            geometry if given is None else _scaled(geometry, given),
            qupath.name(feature) or "Region",
            qupath.color(feature) or DEFAULT_COLOR,
            qupath.category(feature),
            qupath.properties(feature).get("visible") is not False,
        )

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
        rows = np.flatnonzero(inside)
        if not len(rows):
            return inside
        shapely.prepare(self.geometry)
        x, y = x[rows], y[rows]
        look = shapely.contains_xy if len(rows) < MANY else _contains_by_tiles
        inside[rows] = look(self.geometry, x, y)
        return inside

    def distance_um(self, xy_um: np.ndarray, within_um: float = np.inf) -> np.ndarray:
        """Distance (cells,) from each position to the region's edge, in µm; positive outside, negative inside.

        Farther than ``within_um`` outside it may be given as infinite, which spares most of a large section.
        """
        xy = np.asarray(xy_um, dtype=np.float64)
        left, bottom, right, top = self.geometry.bounds
        near = (xy[:, 0] >= left - within_um) & (xy[:, 0] <= right + within_um)
        near &= (xy[:, 1] >= bottom - within_um) & (xy[:, 1] <= top + within_um)
        rows = np.flatnonzero(near)
        distance = np.full(len(xy), np.inf)
        boundary, found = self.geometry.boundary, np.empty(len(rows))
        for start in range(0, len(rows), POINTS_AT_ONCE):  # points are made under Python's lock: other threads wait
            some = slice(start, start + POINTS_AT_ONCE)
            found[some] = shapely.distance(shapely.points(xy[rows[some]]), boundary)
        distance[rows] = np.where(self.contains(xy[rows]), -found, found)
        return distance

    def vertices_um(self) -> np.ndarray:
        """Corners (vertices, 2) of the largest outline."""
        return np.asarray(_largest(self.geometry).exterior.coords)[:-1]


def _outline(outline: Any) -> BaseGeometry:
    """The geometry of a GeoJSON feature; DataError for what is none, or has corners that are no numbers."""
    found = "something else"
    try:
        with np.errstate(invalid="ignore"):  # corners that are NaN are told below
            geometry = shape(outline)
        if np.isfinite(shapely.get_coordinates(geometry)).all():
            return geometry
        found = "corners that are NaN or infinite"
    except (KeyError, TypeError, AttributeError):
        found = "a feature without an outline"
    except (ValueError, shapely.errors.ShapelyError) as error:
        found = f"something else ({str(error).rstrip('.')})"
    raise DataError(sentence("a GeoJSON polygon", found, "Export polygons as GeoJSON"))


def read_geojson(path: str | Path, pixel_um: float | None = None) -> list[Roi]:
    """Every polygon of a GeoJSON file as a region of its own.

    Coordinates are µm, unless the file says otherwise or ``pixel_um`` says how large its pixels are: QuPath writes
    pixels of the image at full size, from its top left corner. Single detected cells, points and lines are left out.
    """
    if pixel_um is not None and not pixel_um > 0:
        raise DataError(sentence("the size of a pixel in µm, above 0", f"{pixel_um:g}", "QuPath's Image tab names it"))
    return [Roi.from_feature(feature, pixel_um) for feature in qupath.areas(features_of(path))]


def features_of(path: str | Path) -> list[dict[str, Any]]:
    """The features of a GeoJSON file, as they are; a file without any raises DataError."""
    content = read_json(path, "a GeoJSON file", "Export the region again")
    features: Any = []
    if isinstance(content, list):
        features = content
    elif isinstance(content, dict):
        features = content.get("features", [content])
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        found = f"{Path(path).name} with other things in its place"
        raise DataError(sentence("a list of GeoJSON polygons", found, "Export the region again"))
    if not features:
        raise DataError(
            sentence("at least one polygon", f"an empty GeoJSON file {Path(path).name}", "Draw a region first")
        )
    return features


def write_geojson(
    rois: Sequence[Roi],
    path: str | Path,
    pixel_um: float | None = None,
    measurements: Mapping[str, Mapping[str, float]] | None = None,
) -> None:
    """Write regions as one GeoJSON FeatureCollection that QuPath opens too.

    Parameters
    ----------
    pixel_um
        None writes µm, as this program reads them; the size of a pixel writes pixels, as QuPath wants them.
    measurements
        Numbers to write beside each region, by its name.
    """
    features = [roi.as_feature((measurements or {}).get(roi.name), pixel_um) for roi in rois]
    write_text(path, json.dumps({"type": "FeatureCollection", "features": features}, indent=1))


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


def _contains_by_tiles(geometry: BaseGeometry, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """As ``shapely.contains_xy`` of a prepared geometry: only points in tiles that its edge crosses are looked at one by one.

    Tiles are taken a hair too large when they are held against the geometry, so that rounding never decides.
    """
    left, bottom, right, top = geometry.bounds
    wide, high = (right - left) / TILES, (top - bottom) / TILES
    corner_x, corner_y = (g.ravel() for g in np.meshgrid(np.arange(TILES), np.arange(TILES), indexing="ij"))
    hair = 1e-6
    tiles = shapely.box(
        left + (corner_x - hair) * wide,
        bottom + (corner_y - hair) * high,
        left + (corner_x + 1 + hair) * wide,
        bottom + (corner_y + 1 + hair) * high,
    )
    kind = np.full(TILES * TILES, OUT, dtype=np.uint8)
    kind[shapely.intersects(geometry, tiles)] = EDGE
    kind[shapely.contains_properly(geometry, tiles)] = IN
    column = np.minimum(((x - left) * (1 / wide)).astype(np.int32), TILES - 1)
    found = kind[column * TILES + np.minimum(((y - bottom) * (1 / high)).astype(np.int32), TILES - 1)]
    unsure = np.flatnonzero(found == EDGE)
    inside = found == IN
    inside[unsure] = shapely.contains_xy(geometry, x[unsure], y[unsure])
    return inside


def _largest(geometry: BaseGeometry) -> shapely.Polygon:
    parts = [geometry] if geometry.geom_type == "Polygon" else list(geometry.geoms)
    return max(parts, key=lambda part: part.area)


def _scaled(geometry: BaseGeometry, factor: float) -> BaseGeometry:
    return scale(geometry, factor, factor, origin=(0, 0))
