"""What was clicked, its script and its recipe give the same numbers, each in a Python of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pytest
from plugin.mouse import Mouse
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QFileDialog

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.widgets.keeping.kinds import KINDS
from napari_ripple.widgets.panel import RipplePanel
from napari_ripple.widgets.regions.tools import TOOLS
from napari_ripple.work import jobs

LAYERS = ("observed", "control", "perturbed", "response")


def click(button: Any) -> None:
    """Press a button with the mouse."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_script_and_recipe_repeat_what_was_clicked(
    dock: Any, wait: Any, viewer: Any, opened: Session, mouse: Mouse, deg_path: Path, knn_checkpoint: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    panel = dock(RipplePanel)
    jobs.open_model(opened, knn_checkpoint)
    wait(lambda: opened.model is not None and not opened.job.is_busy)
    draw(panel, mouse, viewer, opened)
    QTest.mouseClick(panel.steps.headers[2], Qt.MouseButton.LeftButton)
    panel.edit.load(str(deg_path))
    actions.knock_out(opened, ["Gene040"])
    click(panel.edit.undo_button)
    click(panel.edit.redo_button)
    QTest.mouseClick(panel.steps.headers[3], Qt.MouseButton.LeftButton)
    zone = panel.regenerate.usual.fields["zone_um"]
    zone.setFocus()
    zone.selectAll()
    QTest.keyClicks(zone, "35")
    QTest.keyClick(zone, Qt.Key.Key_Return)
    click(panel.regenerate.run_button)
    wait(lambda: opened.result is not None and not opened.job.is_busy)
    for what in ("result", "script", "recipe"):
        monkeypatch.setattr(
            QFileDialog, "getSaveFileName", lambda *_, w=what, **__: (str(tmp_path / KINDS[w].file), "")
        )
        menu = panel.bar.menus["Keep"]
        menu.aboutToShow.emit()
        next(action for action in menu.actions() if action.text() == KINDS[what].words).trigger()
    clicked = ad.read_h5ad(tmp_path / "result.h5ad")
    assert opened.settings.zone_um == 35
    assert_same(clicked, by_script(tmp_path))
    assert_same(clicked, by_recipe(tmp_path))


def draw(panel: RipplePanel, mouse: Mouse, viewer: Any, session: Session) -> None:
    """Two regions, one of them with the lasso; the first is taken and moved."""
    canvas = viewer.window._qt_viewer.canvas.native
    square, corner = [[60, 60], [150, 60], [150, 150], [60, 150]], [[160, 160], [200, 200]]
    for tool, path in (("lasso", square), ("rectangle", corner), ("select", [])):
        key = Qt.Key(int(Qt.Key.Key_1) + list(TOOLS).index(tool))
        QTest.keyClick(canvas, key, Qt.KeyboardModifier.AltModifier)
        if path:
            mouse.drag(np.repeat(np.array(path, dtype=float), 2, axis=0))
    assert len(session.rois) == 2
    before = session.rois["Region 1"].geometry
    mouse.click(100, 100)
    mouse.drag([(100, 100), (105, 103), (112, 108)])
    assert not session.rois["Region 1"].geometry.equals(before)
    actions.choose_roi(session, "Region 1")


def by_script(folder: Path) -> ad.AnnData:
    """The result of the kept script, which writes its own beside."""
    text = (folder / "session.py").read_text().replace("result.h5ad", "by_script.h5ad")
    (folder / "again.py").write_text(text)
    subprocess.run([sys.executable, str(folder / "again.py")], check=True, capture_output=True, text=True, cwd=folder)
    return ad.read_h5ad(folder / "by_script.h5ad")


def by_recipe(folder: Path) -> ad.AnnData:
    """The result of the kept recipe, carried out by the command line."""
    command = [
        sys.executable,
        "-m",
        "ripple_core.cli",
        "run",
        str(folder / "recipe.json"),
        "--out",
        str(folder / "out"),
    ]
    subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
    return ad.read_h5ad(folder / "out" / "result.h5ad")


def assert_same(a: ad.AnnData, b: ad.AnnData) -> None:
    """Every cell and every number."""
    np.testing.assert_array_equal(a.obs_names, b.obs_names)
    for layer in LAYERS:
        np.testing.assert_array_equal(a.layers[layer], b.layers[layer], err_msg=layer)
