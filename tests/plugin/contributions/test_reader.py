"""What napari asks for when a file is dropped: which files, and cells that do not keep the window waiting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vendor_folders
from plugin.event_loop import call_in_loop

from napari_ripple import RippleSession
from napari_ripple.canvas.cells.cell_points import CellPoints
from napari_ripple.contributions.reader import get_reader, open_cells
from napari_ripple.viewer_link import session_for
from ripple_core.errors import DataError


def test_only_h5ad_is_read() -> None:
    assert get_reader("tissue.H5AD") is open_cells
    assert get_reader(["a.h5ad", "b.h5ad"]) is open_cells
    assert get_reader("tissue.tif") is None
    assert get_reader(["a.h5ad", "b.tif"]) is None


def test_a_script_gets_its_cells_at_once(tissue_path: Path) -> None:
    found = open_cells([str(tissue_path), str(tissue_path)])
    assert [(len(data), kind) for data, _, kind in found] == [(400, "points")] * 2


def test_a_script_gets_the_error_too(tmp_path: Path) -> None:
    (tmp_path / "bad.h5ad").write_text("not an h5ad")
    with pytest.raises(DataError, match="Expected"):
        open_cells(str(tmp_path / "bad.h5ad"))


def test_a_file_dropped_on_a_window_in_use_arrives_and_becomes_the_section(viewer: Any, tissue_path: Path) -> None:
    session = session_for(viewer)
    (empty,) = call_in_loop(
        lambda: viewer.open(tissue_path, plugin="napari-ripple"), lambda _: session.section is not None
    )
    assert (len(empty.data), empty.name) == (0, "tissue.h5ad (being read)")
    assert [layer.name for layer in viewer.layers] == ["Cells of tissue_1"]
    assert isinstance(viewer.layers[0], CellPoints)
    assert session.section_path == tissue_path


def test_a_vendors_folder_dropped_on_the_window_is_cells_over_their_nuclei(viewer: Any, tmp_path: Path) -> None:
    folder = vendor_folders.xenium(tmp_path / "output-XETG7__1__Region_1")
    assert get_reader(str(folder)) is open_cells
    session = session_for(viewer)
    call_in_loop(lambda: viewer.open(folder, plugin="napari-ripple"), lambda _: session.section is not None)
    names = ["image of Region_1 (boundary (ATP1A1, CD45, E-cadherin))", "image of Region_1 (DAPI)", "Cells of Region_1"]
    assert [layer.name for layer in viewer.layers] == names
    boundary, dapi, cells = viewer.layers
    assert (dapi.visible, boundary.visible, dapi.multiscale) == (True, False, True)
    for place in cells.data[:5]:
        row, column = np.rint(dapi.world_to_data(cells.data_to_world(place))).astype(int)
        assert np.asarray(dapi.data[0][row, column]) == 3000


def test_what_a_script_opened_before_becomes_the_section_in_a_layer_of_ours(viewer: Any, tissue_path: Path) -> None:
    (plain,) = viewer.open(tissue_path, plugin="napari-ripple")
    assert not isinstance(plain, CellPoints)
    ripple = RippleSession(viewer)
    assert ripple.session.section_path == tissue_path
    assert [(layer.name, type(layer)) for layer in viewer.layers] == [("Cells of tissue_1", CellPoints)]
    assert [command.name for command in ripple.session.commands] == ["open"]


def test_a_folder_is_read_if_it_holds_the_tables_of_cells(small_tissues: list[Any], tmp_path: Path) -> None:
    small_tissues[0].write_zarr(tmp_path / "tissue.zarr")
    (tmp_path / "picture.zarr" / "0").mkdir(parents=True)
    (tmp_path / "folder").mkdir()
    assert get_reader(str(tmp_path / "tissue.zarr")) is open_cells
    assert get_reader(str(tmp_path / "picture.zarr")) is None
    assert get_reader(str(tmp_path / "folder")) is None
    ((data, _, kind),) = open_cells(str(tmp_path / "tissue.zarr"))
    assert (len(data), kind) == (400, "points")
