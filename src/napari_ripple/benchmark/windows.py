"""Real windows to race in: opened, drawn at once when asked, closed without a trace."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import napari
from qtpy.QtOpenGLWidgets import QOpenGLWidget
from qtpy.QtWidgets import QApplication

WIDTH, HEIGHT = 800, 600


@dataclass(frozen=True)
class RaceWindow:
    """A viewer and the widget that it draws its layers on."""

    viewer: Any
    canvas: QOpenGLWidget

    def draw(self) -> None:
        """Draw the canvas and wait until its picture is there."""
        self.canvas.grabFramebuffer()

    def pan(self, share: float) -> None:
        """Move the camera by a share of the height that is seen."""
        center = self.viewer.camera.center
        step = share * HEIGHT / self.viewer.camera.zoom
        self.viewer.camera.center = (*center[:-2], center[-2] + step, center[-1])


@contextmanager
def race_window() -> Iterator[RaceWindow]:
    """A window of 800 × 600 pixels, closed at the end."""
    hook, before = sys.excepthook, set(QApplication.topLevelWidgets()) if QApplication.instance() else set()
    viewer = napari.Viewer()
    sys.excepthook = hook
    viewer.window.resize(WIDTH, HEIGHT)
    QApplication.processEvents()
    mine = [widget for widget in QApplication.topLevelWidgets() if widget not in before]
    canvases = [canvas for widget in mine for canvas in widget.findChildren(QOpenGLWidget)]
    try:
        yield RaceWindow(viewer, canvases[0])
    finally:
        viewer.close()
        QApplication.processEvents()
