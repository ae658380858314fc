"""The main job on a real section as a user does it: draw with the mouse, load a real DEG table, press Regenerate, read, save."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pytest
import shapely
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_ripple import actions
from napari_ripple.viewer_link import session_for
from napari_ripple.widgets.panel import RipplePanel
from napari_ripple.work import jobs
from ripple_core import read, train

SECTION = "A1_b-0.29"
CORNERS = np.array([[220.0, 220.0], [400.0, 230.0], [390.0, 380.0], [300.0, 420.0], [210.0, 350.0]])
TINY = {"layers": 1, "heads": 2, "dim": 32, "max_cells": 64, "meta_cells": 64}


@pytest.fixture(scope="module")
def stroke_deg(real_data: Path) -> Path:
    path = real_data.parent / "deg" / "stroke_han2024_ICA_DEG.csv"
    if not path.is_file():
        pytest.skip(f"the DEG table of the stroke study is not here: {path}")
    return path


@pytest.fixture(scope="module")
def checkpoint(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GeST that has only begun to learn: this test is about the way, not about the answer."""
    folder = tmp_path_factory.mktemp("moffitt") / "checkpoint"
    train([read(real_data / "moffitt_merfish_poa.h5ad")], out=folder, config=TINY, steps=5, batch=2, device="cpu")
    return folder


def test_from_the_mouse_to_the_file(dock, viewer, mouse, wait, real_data, stroke_deg, checkpoint, tmp_path) -> None:
    panel: Any = dock(RipplePanel)
    session = session_for(viewer)
    jobs.open_section(session, real_data / "moffitt_merfish_poa.h5ad", SECTION)
    wait(lambda: session.section is not None and not session.job.is_busy, 60)
    assert session.section.name == SECTION
    viewer.reset_view()
    wait(seconds=0.3, must=False)
    QTest.mouseClick(panel.roi.tools.buttons["polygon"], Qt.MouseButton.LeftButton)
    for corner in CORNERS[:-1]:
        mouse.click(*corner)
    mouse.double_click(*CORNERS[-1])
    wait(lambda: session.rois)
    inside = np.flatnonzero(shapely.contains_xy(shapely.Polygon(CORNERS), session.section.xy_um))
    assert len(np.setxor1d(session.roi_rows(), inside)) <= 0.1 * len(inside)
    actions.load_edit(session, stroke_deg)
    jobs.open_model(session, checkpoint, "cpu")
    wait(lambda: session.model is not None and not session.job.is_busy, 60)
    actions.set_settings(session, zone_um=60.0)
    QTest.mouseClick(panel.regenerate.run_button, Qt.MouseButton.LeftButton)
    wait(lambda: session.job.is_busy)
    wait(lambda: not session.job.is_busy, 120)
    panel.result.save("result", str(tmp_path / "result.h5ad"))
    saved = ad.read_h5ad(tmp_path / "result.h5ad")
    record = json.loads(saved.uns["ripple"])
    assert record["simulated"] is True
    assert record["complete"] is True
    assert record["section"] == SECTION
    assert 30 <= len(record["genes_edited"]) <= 68
    assert len(record["genes_edit_missing"]) > 500
    assert (saved.obs["ripple_role"] == "roi").sum() == len(session.roi_rows())
