"""Keeps the layers of a second view as the Session says: divided from the first by a line, or a copy of the tissue beside it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
from napari.layers import Points, Vectors

from napari_ripple import actions
from napari_ripple.canvas import colors, layers
from napari_ripple.canvas.cells import points
from napari_ripple.canvas.cells_link import CellsLink
from napari_ripple.canvas.regions.outlines import Outlines
from napari_ripple.canvas.simulated_link import SimulatedLink
from napari_ripple.session import Session
from napari_ripple.window import is_dark
from napari_ripple.work.later import Later
from ripple_core.section import Section

GAP = 1.06
"""A copy stands so many widths of the section to the right."""
GRIP_PX = 8.0
LINE_SHARE = 1 / 220
LINE_NAME, COPY_NAME, OUTLINES_NAME = "swipe: drag this line", "copy of the measured cells", "copy of the regions"


class SecondLink:
    """The layers of the second view of one viewer; the first view's are kept by a :class:`CellsLink`."""

    def __init__(self, viewer: Callable[[], Any], session: Session, first: CellsLink) -> None:
        self._viewer, self.session, self.first = viewer, session, first
        self.simulated = SimulatedLink(session)
        self.line: Vectors | None = None
        self.copy: Points | None = None
        self.outlines: Outlines | None = None
        self.soon = Later(self.show)
        self._mode = ""
        self._painted: tuple[Any, ...] = ()

    def show(self, *_: Any) -> None:
        """Make, move, paint or remove the layers."""
        viewer, second, section = self._viewer(), self.session.second, self.session.section
        if viewer is None:
            return
        picture = self.session.second_values()
        mode = "" if second is None or picture is None or section is None else second.mode
        if mode != self._mode:
            self._clear(viewer)
            self._mode = mode
            self._begin(mode, section)
        if second is None or picture is None or section is None:
            return
        if mode == "swipe":
            self.simulated.keep = self._is_right
            self._draw_line(viewer, section, second.x_um)
            self.first.paint()
        else:
            self._copy_tissue(viewer, section)
        self.simulated.paint(viewer, picture, self.copy or self.first.simulated.layer, colors.maps_on(viewer))

    def grip(self, viewer: Any, event: Any) -> Generator[None, None, None]:
        """A mouse callback of the viewer: drags the line while the button is held."""
        second, cells = self.session.second, self.first.cells
        active = viewer.layers.selection.active
        is_drawing = active is not None and str(getattr(active, "mode", "pan_zoom")) != "pan_zoom"
        if second is None or second.mode != "swipe" or cells is None or is_drawing:
            return
        if abs(self._x_um(cells, event) - second.x_um) > GRIP_PX / viewer.camera.zoom:
            return
        viewer.camera.mouse_pan = False
        yield
        while event.type == "mouse_move":
            actions.swipe(self.session, self.session.second.view, self._x_um(cells, event))
            yield
        viewer.camera.mouse_pan = True

    def forget(self, layer: Any) -> None:
        """One view remains when the user deletes a layer of the second."""
        own = (self.line, self.copy, self.simulated.layer)
        if layer is not None and self._mode and any(layer is one for one in own):
            self.session.second = None

    def _begin(self, mode: str, section: Section | None) -> None:
        """Divide the first view or leave it whole; show all that there is to see."""
        self.first.simulated.keep = None
        if mode == "swipe":
            self.first.simulated.keep = self._is_left
        if mode == "side" and section is not None:
            self.simulated.shift_um = self._shift_um(section)
        if mode != "swipe":
            self.first.paint()

    def _is_left(self, x_um: np.ndarray) -> np.ndarray:
        second = self.session.second
        return np.ones(len(x_um), bool) if second is None else x_um < second.x_um

    def _is_right(self, x_um: np.ndarray) -> np.ndarray:
        return ~self._is_left(x_um)

    def _clear(self, viewer: Any) -> None:
        """Take every layer of the second view away."""
        self._mode = ""
        had_copy = self.copy is not None
        own = (self.line, self.copy, self.outlines)
        self.line = self.copy = self.outlines = None
        self._painted = ()
        self.simulated.remove(viewer)
        self.simulated = SimulatedLink(self.session)
        for layer in own:
            if layer is not None and layer in viewer.layers:
                viewer.layers.remove(layer)
        if had_copy:
            viewer.reset_view()

    def _draw_line(self, viewer: Any, section: Section, x_um: float) -> None:
        low, high = section.xy_um[:, 1].min(), section.xy_um[:, 1].max()
        reach = 0.04 * (high - low)
        data = np.array([[[low - reach, x_um], [high - low + 2 * reach, 0.0]]])
        if self.line is not None:
            self.line.data = data
            return
        color = "white" if is_dark(viewer) else "black"
        width = max(float(section.span_um.max()) * LINE_SHARE, 0.5)
        self.line = Vectors(
            data, edge_width=width, edge_color=color, vector_style="line", name=LINE_NAME, units=layers.UNITS
        )
        active = viewer.layers.selection.active
        viewer.add_layer(self.line)
        viewer.layers.selection.active = active

    def _copy_tissue(self, viewer: Any, section: Section) -> None:
        """The measured cells once more at the right, as they are painted at the left, and the regions' outlines."""
        session, cells = self.session, self.first.cells
        wanted = (
            session.display_values().cells,
            session.hidden,
            session.label_colors,
            colors.maps_on(viewer),
            session.rois,
        )
        if len(self._painted) == len(wanted) and all(a is b for a, b in zip(wanted, self._painted, strict=True)):
            return
        self._painted = wanted
        look = colors.look(wanted[0], session.hidden, session.label_colors, maps=wanted[3])
        if self.copy is None:
            place = {"translate": (0.0, self._shift_um(section)), "name": COPY_NAME}
            self.copy = points.make({**layers.cells_arguments(section, key=session.label_key), **place}, look)
            points.insert(viewer, self.copy, above=self.first.simulated.layer or cells)
            viewer.reset_view()
        else:
            points.show(self.copy, look)
        self._copy_outlines(viewer, section)

    def _copy_outlines(self, viewer: Any, section: Section) -> None:
        if self.outlines is not None and self.outlines in viewer.layers:
            viewer.layers.remove(self.outlines)
        shown = [roi for roi in self.session.rois.values() if roi.visible]
        if not shown:
            return
        arguments = layers.roi_arguments(shown, layers.edge_width_um(section))
        place = {"translate": (0.0, self._shift_um(section)), "name": OUTLINES_NAME, "units": layers.UNITS}
        self.outlines = Outlines(**arguments, **place)
        self.outlines.editable = False
        active = viewer.layers.selection.active
        viewer.add_layer(self.outlines)
        viewer.layers.selection.active = active

    def _shift_um(self, section: Section) -> float:
        return GAP * float(section.span_um[0])

    def _x_um(self, cells: Points, event: Any) -> float:
        return float(cells.world_to_data(event.position)[-1])
