"""The dock and the viewer around it: the view fits, a layer is selected, and nothing waits for the example."""

from __future__ import annotations

import time

import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget

from napari_ripple.contributions import commands
from napari_ripple.viewer_link import session_for
from napari_ripple.widgets.panel import RipplePanel
from napari_ripple.widgets.parts.page import LEAST_CANVAS
from napari_ripple.work import jobs


def test_the_dock_fits_the_tissue_into_the_narrower_canvas_once(dock, viewer, opened, wait) -> None:
    panel = dock(RipplePanel)
    wait(lambda: not panel._fit.isActive() and panel.isVisible())
    fitted = viewer.scene.camera.zoom
    viewer.scene.camera.zoom = 40
    panel._fit.timeout.emit()
    assert viewer.scene.camera.zoom == pytest.approx(fitted)
    viewer.scene.camera.zoom = 40
    panel.hide()
    panel.show()
    wait(seconds=0.3, must=False)
    assert viewer.scene.camera.zoom == 40


def test_the_steps_have_the_dock_to_themselves_whatever_was_docked_before(dock, viewer, opened, wait) -> None:
    for _ in range(2):
        viewer.window.add_dock_widget(QWidget(), area="left")  # from the second dock on, napari adds empty space
    panel = dock(RipplePanel)
    wait(lambda: panel.isVisible())
    parts = (panel.bar, panel.notices, panel.steps, panel.message)
    assert sum(part.height() for part in parts if part.isVisible()) == panel.height()
    assert panel.message.text() == opened.message


def test_docks_drawn_over_the_whole_window_leave_room_for_the_tissue(dock, viewer, opened, wait) -> None:
    dock(RipplePanel)
    window = viewer.window._qt_window
    shown = [place for place in window.findChildren(QDockWidget) if place.isVisible()]
    window.resizeDocks(shown, [3000] * len(shown), Qt.Orientation.Horizontal)
    wait(seconds=0.3, must=False)
    canvas = viewer.window._qt_viewer.canvas.native
    assert canvas.width() > LEAST_CANVAS / 2
    assert canvas.height() > LEAST_CANVAS / 2


def test_no_part_of_a_panel_stands_alone_as_a_window(dock, viewer, chosen, wait) -> None:
    dock(RipplePanel)
    wait(seconds=0.2, must=False)
    alone = [one for one in QApplication.topLevelWidgets() if one.isVisible() and not isinstance(one, QMainWindow)]
    assert not [type(one).__name__ for one in alone if type(one).__module__.startswith("napari_ripple")]


def test_a_layer_is_selected_after_a_run(dock, viewer, chosen, wait) -> None:
    dock(RipplePanel)
    viewer.layers.selection.clear()
    jobs.regenerate(chosen)
    wait(lambda: not chosen.job.is_busy)
    assert viewer.layers.selection.active.name.startswith("simulated")


def test_the_example_command_does_not_keep_the_window_waiting(viewer, wait) -> None:
    began = time.monotonic()
    commands.open_example(viewer)
    assert time.monotonic() - began < 0.5
    wait(lambda: session_for(viewer).model is not None, seconds=60)
    assert not session_for(viewer).missing_for_regeneration()
