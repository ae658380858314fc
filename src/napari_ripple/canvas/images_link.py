"""Keeps the pictures of the tissue that a file brings along as layers under the cells of one viewer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.layers import Image

from napari_ripple.canvas import layers
from napari_ripple.session import Session
from ripple_core.io.images import of_section


class ImagesLink:
    """The Image layers of one viewer; ``viewer`` gives the viewer, or None when it is gone.

    They are hidden, faded or deleted in napari's list of layers like any others; with another section they are replaced.
    """

    def __init__(self, viewer: Callable[[], Any], session: Session) -> None:
        self._viewer, self.session = viewer, session
        self.layers: list[Image] = []

    def show(self, *_: Any) -> None:
        """Replace the pictures by those of the session's section."""
        viewer = self._viewer()
        if viewer is None:
            return
        for layer in self.layers:
            if layer in viewer.layers:
                viewer.layers.remove(layer)
        section = self.session.section
        found = () if section is None else of_section(self.session.images, section.name)
        self.layers = [Image(**layers.image_arguments(image)) for image in found]
        selected = set(viewer.layers.selection)
        for layer in self.layers:
            viewer.layers.insert(0, layer)
        viewer.layers.selection = selected
