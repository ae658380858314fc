"""The picture of the tissue lies under the cells: under each cell its own pixel, in a real window too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Image

from napari_ripple import actions
from napari_ripple.viewer_link import link_for, session_for

RED, SCALE = (255, 0, 0), 0.5


@pytest.fixture
def pictured(small_tissues: list[ad.AnnData], tmp_path: Path) -> Path:
    """A file whose picture is red on the left half of the tissue (small x), and wider than high."""
    adata = small_tissues[0].copy()
    xy = adata.obsm["spatial"] = adata.obsm["spatial"] - adata.obsm["spatial"].min(axis=0) + 10.0
    adata.obsm["spatial"][:, 0] *= 2.0
    columns, rows = (int(end * SCALE) + 10 for end in xy.max(axis=0))
    pixels = np.zeros((rows, columns, 3), np.uint8)
    pixels[:, : columns // 2] = RED
    adata.uns["spatial"] = {"one": {"images": {"hires": pixels}, "scalefactors": {"tissue_hires_scalef": SCALE}}}
    adata.write_h5ad(tmp_path / "pictured.h5ad")
    return tmp_path / "pictured.h5ad"


def under(layer: Image, positions: np.ndarray) -> np.ndarray:
    """The colours of an image (cells, 3) at positions of another layer's world."""
    places = np.array([layer.world_to_data(place) for place in positions])
    rows, columns = np.rint(places).astype(int).T
    return np.asarray(layer.data)[rows, columns]


def test_under_each_cell_lies_its_own_pixel(pictured: Path) -> None:
    viewer = ViewerModel()
    session = session_for(viewer)
    actions.open_section(session, pictured)
    link = link_for(viewer)
    (picture,) = link.images.layers
    assert list(viewer.layers).index(picture) == 0 < list(viewer.layers).index(link.cells.cells)
    assert tuple(map(str, picture.units)) == ("micrometer", "micrometer")
    cells = np.asarray(link.cells.cells.data)
    is_left = session.section.xy_um[:, 0] * SCALE < picture.data.shape[1] // 2 - 0.5
    assert 0.2 < is_left.mean() < 0.8
    np.testing.assert_array_equal((under(picture, cells) == RED).all(axis=1), is_left)


def test_it_goes_with_its_section_and_may_be_deleted(pictured: Path, tissue_path: Path) -> None:
    viewer = ViewerModel()
    session = session_for(viewer)
    actions.open_section(session, pictured)
    (picture,) = link_for(viewer).images.layers
    viewer.layers.remove(picture)
    actions.open_section(session, tissue_path)
    assert not any(isinstance(layer, Image) for layer in viewer.layers)
    actions.open_section(session, pictured)
    assert sum(isinstance(layer, Image) for layer in viewer.layers) == 1
    link_for(viewer).close()


def test_it_is_seen_beside_the_cells(viewer: Any, qapp: Any, pictured: Path) -> None:
    session = session_for(viewer)
    actions.open_section(session, pictured)
    link_for(viewer).cells.cells.visible = False
    qapp.processEvents()
    shown = viewer.screenshot(canvas_only=True, flash=False)
    reds = np.flatnonzero((shown[:, :, 0] > 200) & (shown[:, :, 1] < 50))
    columns = reds % shown.shape[1]
    assert len(reds) > 0.02 * shown.shape[0] * shown.shape[1]
    assert columns.mean() < 0.5 * shown.shape[1]
