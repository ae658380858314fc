"""Regions in GeoJSON as QuPath writes and reads them: which objects are areas, their name, class, colour and unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ripple_core.errors import DataError, sentence

AREAS = ("Polygon", "MultiPolygon")
CELL_KINDS = ("detection", "cell", "tile")
MICROMETRE = "micrometre"
EXPORT_AREAS = "In QuPath select the annotations and choose File → Export objects as GeoJSON"


def areas(features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The features that are regions: annotations with an area; points, lines and single detected cells are left out.

    Raises DataError where there is none among them.
    """
    kept = [feature for feature in features if _kind(feature) not in CELL_KINDS]
    shaped = [feature for feature in kept if _shape(feature) in (*AREAS, None)]
    if shaped:
        return shaped
    found = sorted({_shape(feature) or "" for feature in kept}) or [f"{len(features):,} detected cells"]
    raise DataError(sentence("a GeoJSON Polygon or MultiPolygon", ", ".join(found), EXPORT_AREAS))


def is_in_pixels(features: list[dict[str, Any]]) -> bool:
    """Whether the coordinates are most likely pixels: QuPath's objects are, unless they name another unit."""
    return any(
        "objectType" in properties(feature) and unit(feature) != MICROMETRE and pixel_um(feature) is None
        for feature in features
    )


def properties(feature: Mapping[str, Any]) -> dict[str, Any]:
    """What a feature says about its object."""
    found = feature.get("properties")
    return found if isinstance(found, dict) else {}


def unit(feature: Mapping[str, Any]) -> str | None:
    """The unit that a feature names for its coordinates; QuPath names none."""
    return properties(feature).get("unit")


def pixel_um(feature: Mapping[str, Any]) -> float | None:
    """The size of a pixel (µm) that we wrote beside coordinates in pixels; None where there is none."""
    size = properties(feature).get("pixel_um")
    return float(size) if isinstance(size, int | float) and size > 0 else None


def name(feature: Mapping[str, Any]) -> str | None:
    """The object's own name, else that of its class."""
    own = properties(feature).get("name")
    return str(own) if own else category(feature) or None


def category(feature: Mapping[str, Any]) -> str:
    """The name of the object's class, the parts of a derived one joined as QuPath shows them ("Tumor: Positive")."""
    classification = _classification(feature)
    if isinstance(classification.get("names"), list):
        return ": ".join(map(str, classification["names"]))
    return str(classification.get("name") or "")


def color(feature: Mapping[str, Any]) -> str | None:
    """The object's colour, else that of its class, as ``#rrggbb``; QuPath 0.2 and 0.3 write one signed number."""
    for holder in (properties(feature), _classification(feature)):
        value = holder.get("color", holder.get("colorRGB"))
        if isinstance(value, list) and len(value) >= 3:
            return "#" + "".join(f"{int(v) & 255:02x}" for v in value[:3])
        if isinstance(value, int) and not isinstance(value, bool):
            return f"#{value & 0xFFFFFF:06x}"
        if isinstance(value, str) and len(value) == 7 and value.startswith("#"):
            return value
    return None


def describe(
    name: str, color: str, category: str = "", measurements: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """The properties that QuPath (0.4 and later) reads for an annotation."""
    red_green_blue = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    described: dict[str, Any] = {"objectType": "annotation", "name": name, "color": red_green_blue}
    if category:
        described["classification"] = {"name": category, "color": red_green_blue}
    if measurements:
        described["measurements"] = dict(measurements)
    return described


def _classification(feature: Mapping[str, Any]) -> dict[str, Any]:
    found = properties(feature).get("classification")
    return found if isinstance(found, dict) else {}


def _kind(feature: Mapping[str, Any]) -> str:
    """``annotation``, ``detection``, …; before 0.4 QuPath wrote it as the feature's id ("PathDetectionObject")."""
    kind = properties(feature).get("objectType") or properties(feature).get("object_type") or feature.get("id", "")
    return str(kind).removeprefix("Path").removesuffix("Object").lower()


def _shape(feature: Mapping[str, Any]) -> str | None:
    """The type of a feature's geometry; None where it is not said, so that reading it says what is wrong."""
    geometry = feature.get("geometry", None if feature.get("type") == "Feature" else feature)
    return geometry.get("type") if isinstance(geometry, dict) else None
