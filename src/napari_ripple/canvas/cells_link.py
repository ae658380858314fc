"""Keeps the layer of measured cells, and the one of simulated cells above it, as the Session says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.layers import Points

from napari_ripple.canvas import colors, layers
from napari_ripple.canvas.cells import points
from napari_ripple.canvas.cells.look import Look
from napari_ripple.canvas.simulated_link import SimulatedLink
from napari_ripple.display.picture import Picture
from napari_ripple.session import Session
from napari_ripple.work.later import Later
from ripple_core.section import Section

DIMMED = 0.35


class CellsLink:
    """The two Points layers of one viewer.

    ``viewer`` gives the viewer, or None when it is gone. The user's choices are painted at once; newly generated cells
    are painted together, as often as the window can afford.
    """

    def __init__(self, viewer: Callable[[], Any], session: Session) -> None:
        self._viewer = viewer
        self.session = session
        self.cells: Points | None = None
        self.simulated = SimulatedLink(session)
        self.soon = Later(self.paint)
        self._painted: tuple[Any, ...] = ()
        self._is_dimmed = False
        self._adopting: Points | None = None

    def adopt(self, layer: Points) -> None:
        """Take a layer that is in the viewer already as the layer of the next section's cells."""
        self._adopting = layer

    def show_section(self, *_: Any) -> None:
        """Replace the layers by those of the session's section."""
        viewer, section = self._viewer(), self.session.section
        if viewer is None:
            return
        adopted, self._adopting = self._adopting, None
        self.simulated.remove(viewer)
        if self.cells is not None and self.cells is not adopted and self.cells in viewer.layers:
            viewer.layers.remove(self.cells)
        self.cells, self._painted, self._is_dimmed = adopted, (), False
        if section is None:
            return
        self.prepare()
        viewer.canvas.overlays.scale_bar.visible = True
        viewer.reset_view()

    def prepare(self, *_: Any) -> None:
        """Paint, and make the layer of simulated cells ahead of time once there is a model."""
        self.paint()
        viewer, section = self._viewer(), self.session.section
        if viewer is not None and section is not None and self.session.model is not None:
            self.simulated.prepare(viewer, section, self.cells)

    def paint(self, *_: Any) -> None:
        """Give every cell its colour of now; a layer that was deleted comes back."""
        viewer, picture = self._viewer(), self.session.display_values()
        if viewer is None or picture is None:
            return
        maps = colors.maps_on(viewer)
        self._paint_cells(viewer, picture, maps)
        self.simulated.paint(viewer, picture, self.cells, maps)

    def select(self, viewer: Any) -> None:
        """Select the uppermost layer of cells that is shown, unless the user has selected a layer."""
        shown = [layer for layer in (self.simulated.layer, self.cells) if layer is not None and layer.visible]
        if shown and not viewer.layers.selection:
            viewer.layers.selection.active = shown[0]

    def forget(self, layer: Any) -> None:
        """Let go of a layer that has been removed from the viewer."""
        if layer is self.cells:
            self.cells, self._painted = None, ()
        self.simulated.forget(layer)

    def _paint_cells(self, viewer: Any, picture: Picture, maps: colors.Maps) -> None:
        session, paint = self.session, picture.cells
        wanted = (paint, session.hidden, session.label_colors, maps)
        is_painted = len(self._painted) == 4 and all(a is b for a, b in zip(wanted, self._painted, strict=True))
        if self.cells is None or not is_painted:
            look = colors.look(paint, session.hidden, session.label_colors, maps=maps)
            if self.cells is None:
                self.cells = _layer(picture.section, session.label_key, look)
                points.insert(viewer, self.cells, below=self.simulated.layer)
                self._is_dimmed = False
            else:
                points.show(self.cells, look)
            self._painted = wanted
        dim = picture.simulated is not None and session.view == "response" and session.second is None
        if dim != self._is_dimmed:
            self.cells.opacity = DIMMED if dim else 1.0
            self._is_dimmed = dim


def _layer(section: Section, key: str | None, look: Look) -> Points:
    """The layer that was made when the file was read, if it names the cells by this column of labels; else a new one."""
    named_by, layer = section.memory.pop(points.READY, (None, None))
    if layer is not None and named_by == key:
        points.show(layer, look)
        return layer
    arguments = layers.cells_arguments(section, key=key)
    return points.make({**arguments, "name": layers.cells_name(section)}, look)
