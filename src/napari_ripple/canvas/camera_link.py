"""Keeps a viewer's camera and the Session's the same, whichever moves first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari_ripple.session import Camera, Session


class CameraLink:
    """The camera of one viewer; ``viewer`` gives the viewer, or None when it is gone."""

    def __init__(self, viewer: Callable[[], Any], session: Session) -> None:
        self._viewer = viewer
        self.session = session

    def look(self, *_: Any) -> None:
        """Tell the session where the camera stands."""
        viewer = self._viewer()
        if viewer is not None and self.session.section is not None:
            row, column = map(float, viewer.scene.camera.center[-2:])
            self.session.camera = Camera((column, row), float(viewer.scene.camera.zoom))

    def move(self, camera: Camera | None) -> None:
        """Put the camera where the session says."""
        viewer = self._viewer()
        if viewer is None or camera is None:
            return
        column, row = camera.center_um
        if tuple(viewer.scene.camera.center[-2:]) != (row, column):
            viewer.scene.camera.center = (row, column)
        if viewer.scene.camera.zoom != camera.zoom:
            viewer.scene.camera.zoom = camera.zoom
