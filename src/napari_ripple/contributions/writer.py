"""Writes a layer that the user saves from napari's own menu: cells or the result as .h5ad, regions as GeoJSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import napari
import numpy as np

from napari_ripple import actions
from napari_ripple.canvas import layers
from napari_ripple.canvas.layers import ROI_COLUMN
from napari_ripple.viewer_link import session_for
from ripple_core.errors import DataError, sentence
from ripple_core.io import h5ad
from ripple_core.roi import Roi, write_geojson


def write_cells(path: str, data: Any, attributes: dict[str, Any]) -> list[str]:
    """Save the section (layer of measured cells) or the result (layer of simulated cells) of the current viewer."""
    viewer = napari.current_viewer()
    session = None if viewer is None else session_for(viewer)
    if session is None or session.section is None or not _are_cells(attributes):
        raise DataError(sentence("cells that ripple has opened", "another points layer", "Save it as CSV instead"))
    target = str(Path(path).with_suffix(".h5ad"))
    if "simulated" in str(attributes.get("name", "")):
        actions.save_result(session, target)
    else:
        h5ad.write(session.section.to_anndata(), target)
    return [target]


def write_regions(path: str, data: Any, attributes: dict[str, Any]) -> list[str]:
    """Save the areas of a shapes layer as GeoJSON (µm, (x, y)), one region for each name."""
    kinds = attributes.get("shape_type") or ["polygon"] * len(data)
    features = attributes.get("features")
    names = list(features[ROI_COLUMN]) if features is not None and ROI_COLUMN in features else []
    groups: dict[str, list[tuple[str, np.ndarray]]] = {}
    for place, (vertices, kind) in enumerate(zip(data, kinds, strict=True)):
        name = (names[place] if place < len(names) else "") or f"Region {place + 1}"
        groups.setdefault(str(name), []).append((str(kind), layers.xy(np.asarray(vertices))))
    if not groups:
        raise DataError(sentence("at least one area", "an empty layer", "Draw a region first"))
    rois = [Roi(layers.roi_from_shapes(shapes).geometry, name) for name, shapes in groups.items()]
    target = str(Path(path).with_suffix(".geojson"))
    write_geojson(rois, target)
    return [target]


def _are_cells(attributes: dict[str, Any]) -> bool:
    """Whether a points layer is one of ours."""
    features = attributes.get("features")
    return features is not None and "cell" in features
