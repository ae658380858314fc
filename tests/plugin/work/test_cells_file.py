"""A file becomes a layer of cells: coloured, in µm, handing over what was read; a damaged one is refused."""

from __future__ import annotations

from pathlib import Path

import anndata as ad
import numpy as np
import pytest
from napari.layers import Layer

from napari_ripple.canvas import colors, layers
from napari_ripple.work.cells_file import read_cells
from ripple_core.errors import DataError


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
