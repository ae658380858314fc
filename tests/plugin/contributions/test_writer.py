"""The writers of napari's own save menu."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pytest
from plugin.experiment import SQUARE, run

from napari_ripple import actions
from napari_ripple.contributions.writer import write_cells, write_regions
from napari_ripple.session import Session
from ripple_core.errors import DataError
from ripple_core.roi import Roi, read_geojson


def test_regions_are_saved_from_the_layer(viewer: Any, opened: Session, tmp_path: Path) -> None:
    hole = Roi.from_vertices(SQUARE).geometry.difference(Roi.circle((100, 100), 10).geometry)
    actions.add_roi(opened, Roi(hole), name="ring")
    actions.draw_roi(opened, np.array(SQUARE) + 5)
    written = viewer.layers["Regions"].save(str(tmp_path / "rois.geojson"), plugin="napari-ripple")
    assert written == [str(tmp_path / "rois.geojson")]
    ring, square = read_geojson(written[0])
    assert (ring.name, square.name) == ("ring", "Region 1")
    assert ring.geometry.symmetric_difference(hole).area < 1
    assert square.area_um2 == pytest.approx(8100)


def test_shapes_that_are_not_ours_are_named(tmp_path: Path) -> None:
    box = np.array(SQUARE)[:, ::-1]
    write_regions(str(tmp_path / "a.geojson"), [box, box + 5], {"shape_type": ["rectangle", "ellipse"]})
    assert [roi.name for roi in read_geojson(tmp_path / "a.geojson")] == ["Region 1", "Region 2"]
    with pytest.raises(DataError, match="empty layer"):
        write_regions(str(tmp_path / "b.geojson"), [], {})
    assert not (tmp_path / "b.geojson").exists()


def test_cells_and_result_are_saved_from_their_layers(viewer: Any, chosen: Session, tmp_path: Path) -> None:
    run(chosen)
    viewer.layers[0].save(str(tmp_path / "cells.h5ad"), plugin="napari-ripple")
    cells = ad.read_h5ad(tmp_path / "cells.h5ad")
    np.testing.assert_allclose(cells.obsm["spatial"], chosen.section.xy_um)
    viewer.layers[1].save(str(tmp_path / "result.h5ad"), plugin="napari-ripple")
    assert "response" in ad.read_h5ad(tmp_path / "result.h5ad").layers


def test_other_points_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="another points layer"):
        write_cells(str(tmp_path / "points.h5ad"), np.zeros((2, 2)), {"name": "mine"})
