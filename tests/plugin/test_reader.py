"""The reader: which files, which layer, what it hands over, and how it refuses."""

from __future__ import annotations

from pathlib import Path

import anndata as ad
import numpy as np
import pytest
from napari.layers import Layer

from napari_ripple import colors, layers
from napari_ripple.reader import get_reader, read_cells
from napari_ripple.sample_data import make_sample, ripple_tissue, sample_folder
from ripple_core.errors import DataError


def test_only_h5ad_is_read() -> None:
    assert get_reader("tissue.H5AD") is read_cells
    assert get_reader(["a.h5ad", "b.h5ad"]) is read_cells
    assert get_reader("tissue.tif") is None
    assert get_reader(["a.h5ad", "b.tif"]) is None


def test_cells_come_as_coloured_points(tissue_path: Path, small_tissues: list[ad.AnnData]) -> None:
    ((data, arguments, kind),) = read_cells(str(tissue_path))
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
    ((_, arguments, _),) = read_cells(str(tmp_path / "plain.h5ad"))
    assert len(np.unique(arguments["face_color"], axis=0)) == 1


def test_several_files_are_several_layers(tissue_path: Path) -> None:
    assert len(read_cells([str(tissue_path), str(tissue_path)])) == 2


@pytest.mark.parametrize("content", [b"", b"text", b"\x89HDF\r\n\x1a\n" + b"\0" * 100])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.h5ad"
    path.write_bytes(content)
    with pytest.raises(DataError, match="Expected"):
        read_cells(str(path))


def test_the_sample_is_a_tissue() -> None:
    ((data, _, kind),) = ripple_tissue()
    assert kind == "points"
    assert len(data) > 1000
    assert all((sample_folder() / name).exists() for name in ("tissue.h5ad", "roi.geojson", "deg.csv", "checkpoint"))


def test_an_installed_package_makes_its_own_sample(tmp_path: Path) -> None:
    from napari_ripple import actions
    from napari_ripple.session import Session
    from napari_ripple.task import run_here
    from napari_ripple.widgets.example import example_task

    make_sample(tmp_path / "example")
    session = Session()
    for _ in run_here(example_task(session, tmp_path / "example")):
        pass
    assert session.missing_for_regeneration() == ""
    actions.set_settings(session, zone_um=30)
    for _ in actions.regenerate(session):
        pass
    assert session.result is not None
