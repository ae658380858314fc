"""OME-NGFF as SpatialData writes it: where an element lies in the coordinate systems that it names, and the levels of an image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

PIXEL_CENTRE = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
"""Pixel 0 reaches from 0 to 1, so that its middle lies at a half."""


def systems(element: Any) -> dict[str, np.ndarray]:
    """Coordinate system → matrix (3, 3) that takes an element's own (x, y, 1) to it; others than affine ones are left out."""
    scales = multiscales(element)
    stated = (
        element.attrs.get("coordinateTransformations") if scales is None else scales.get("coordinateTransformations")
    )
    axes = names((scales or element.attrs).get("axes", ()))
    found = {}
    for one in stated or ():
        output = one.get("output", {})
        matrix = affine(one, axes)
        if matrix is not None:
            found[str(output.get("name", "global") if isinstance(output, dict) else output)] = matrix
    return found


def multiscales(element: Any) -> dict[str, Any] | None:
    """What an image or a picture of labels says of its levels; None for other elements."""
    stated = _stated(element, "multiscales")
    return dict(stated[0]) if stated else None


def channels(element: Any) -> list[str]:
    """The names of an image's channels, as far as it has any."""
    stated = _stated(element, "omero") or {}
    return [str(one.get("label", number)) for number, one in enumerate(stated.get("channels", ()))]


def names(axes: Sequence[Any]) -> list[str]:
    """Axes by name, which older files give as text and newer ones as tables."""
    return [str(axis["name"] if isinstance(axis, dict) else axis) for axis in axes]


def affine(stated: dict[str, Any], axes: Sequence[str]) -> np.ndarray | None:
    """The matrix (3, 3) of a transformation from these axes, as far as x and y go; None for one that is not affine."""
    given = stated.get("input", {})
    axes = names(given.get("axes", ())) or axes if isinstance(given, dict) else axes
    if not {"x", "y"} <= set(axes):
        axes = ("x", "y")
    kind, matrix = stated.get("type"), np.eye(3)
    if kind in ("scale", "translation"):
        values = [float(stated[kind][axes.index(axis)]) for axis in ("x", "y")]
        matrix[(0, 1), (0, 1) if kind == "scale" else (2, 2)] = values
    elif kind in ("affine", "rotation"):
        matrix = _of_rows(np.asarray(stated[kind], dtype=float), axes, stated.get("output"))
    elif kind == "mapAxis":
        matrix[:2, :2] = [[float(stated[kind].get(to) == came) for came in ("x", "y")] for to in ("x", "y")]
    elif kind == "sequence":
        for part in stated.get("transformations", ()):
            step = affine(part, axes)
            if step is None:
                return None
            matrix = step @ matrix
    elif kind != "identity":
        return None
    return matrix


def _of_rows(rows: np.ndarray, axes: Sequence[str], output: Any) -> np.ndarray:
    """The rows and columns of x and y: rows are axes of the output, columns those of the input and, last, the shift."""
    to = names(output.get("axes", ())) if isinstance(output, dict) else []
    to = to if {"x", "y"} <= set(to) else list(axes)
    matrix = np.eye(3)
    for row, axis in enumerate(("x", "y")):
        values = rows[to.index(axis)]
        matrix[row, :2] = [values[axes.index(one)] for one in ("x", "y")]
        matrix[row, 2] = values[-1] if len(values) > len(axes) else 0.0
    return matrix


def _stated(element: Any, key: str) -> Any:
    """An entry of NGFF, which since version 0.5 stands under ``ome``."""
    attributes = element.attrs
    return dict(attributes.get("ome", {})).get(key) or attributes.get(key)
