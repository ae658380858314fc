"""A file becomes a layer of cells: coloured, in µm, handing over what was read; a damaged one is refused."""

from __future__ import annotations

from pathlib import Path

import anndata as ad
import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Layer

from napari_ripple import actions
from napari_ripple.actions.task import run_here
from napari_ripple.canvas import colors, layers
from napari_ripple.canvas.cells import points
from napari_ripple.viewer_link import link_for, session_for
from napari_ripple.work.cells_file import read_cells, with_layer
from ripple_core.errors import DataError
from ripple_core.io import early


def test_cells_come_as_coloured_points(tissue_path: Path, small_tissues: list[ad.AnnData]) -> None:
    data, arguments, kind = read_cells(tissue_path)
    assert kind == "points"
    np.testing.assert_allclose(data, small_tissues[0].obsm["spatial"][:, ::-1])
    layer = Layer.create(data, arguments, kind)
    first = small_tissues[0].obs["cell_type"].cat.codes.to_numpy()
    np.testing.assert_allclose(layer.face_color, [colors.rgba(colors.PALETTE[code]) for code in first], atol=1e-6)
    opened = layer.metadata[layers.HANDOVER]
    assert opened.path == tissue_path
    assert opened.report.cells == 400


def test_cells_without_labels_are_grey(small_tissues: list[ad.AnnData], tmp_path: Path) -> None:
    plain = small_tissues[0].copy()
    plain.obs = plain.obs[[]]
    plain.write_h5ad(tmp_path / "plain.h5ad")
    _, arguments, _ = read_cells(tmp_path / "plain.h5ad")
    assert len(np.unique(arguments["face_color"], axis=0)) == 1


@pytest.mark.parametrize("content", [b"", b"text", b"\x89HDF\r\n\x1a\n" + b"\0" * 100])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.h5ad"
    path.write_bytes(content)
    with pytest.raises(DataError, match="Expected"):
        read_cells(path)


def test_the_layer_is_made_where_the_file_is_read(tissue_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, "FEW_VALUES", 0)
    model = ViewerModel()
    session = session_for(model)
    task = with_layer(actions.open_section_task(session, tissue_path))
    steps = run_here(task)
    made = []
    for _ in steps:
        if session.section is not None and not made:
            made.append(link_for(model).cells.cells)
    assert points.READY not in session.section.memory
    assert made[0] is link_for(model).cells.cells in model.layers
    assert made[0].name == layers.cells_name(session.section)
    assert layers.HANDOVER not in made[0].metadata
    again = ViewerModel()
    actions.open_section(session_for(again), tissue_path)
    np.testing.assert_allclose(made[0].face_color, link_for(again).cells.cells.face_color)
    assert made[0].features.equals(link_for(again).cells.cells.features)
