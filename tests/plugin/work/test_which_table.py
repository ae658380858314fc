"""A store with several tables: the user is asked which, and gets its cells; without an answer nothing is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from plugin.event_loop import call_in_loop
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QApplication, QInputDialog

from napari_ripple.viewer_link import session_for
from napari_ripple.work.which_table import which_table


@pytest.fixture
def two_tables(small_tissues: list[Any], tmp_path: Path) -> Path:
    """A store with two tables, as SpatialData lays them."""
    for name, tissue in zip(("cells", "nuclei"), small_tissues):
        tissue.write_zarr(tmp_path / "two.zarr" / "tables" / name)
    return tmp_path / "two.zarr"


def answer(name: str | None) -> None:
    """Answer the question as soon as it is asked."""

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QInputDialog):
            QTimer.singleShot(20, act)
        elif name is None:
            dialog.reject()
        else:
            dialog.setTextValue(name)
            dialog.accept()

    QTimer.singleShot(20, act)


def test_a_single_table_is_not_asked_for(tissue_path: Path) -> None:
    assert which_table(str(tissue_path)) == str(tissue_path)


def test_the_chosen_table_is_opened(viewer: Any, two_tables: Path) -> None:
    session = session_for(viewer)
    answer("nuclei")
    call_in_loop(lambda: viewer.open(two_tables, plugin="napari-ripple"), lambda _: session.section is not None)
    assert session.section_path == two_tables / "tables" / "nuclei"
    assert len(viewer.layers) == 1


def test_no_answer_opens_nothing(viewer: Any, two_tables: Path) -> None:
    answer(None)
    call_in_loop(lambda: viewer.open(two_tables, plugin="napari-ripple"), lambda _: True)
    assert len(viewer.layers) == 0
