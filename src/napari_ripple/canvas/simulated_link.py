"""Keeps the layer of simulated cells as the Session says; its name always says that they are simulated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from napari.layers import Points

from napari_ripple.canvas import colors, layers
from napari_ripple.canvas.cells import points
from napari_ripple.canvas.cells.look import Look
from napari_ripple.display.paint import Paint
from napari_ripple.display.picture import Picture
from napari_ripple.session import Session
from ripple_core.section import Section

EMPTY_NAME = "simulated cells (none yet)"
NOTHING = Paint("plain", np.empty(0, np.float32))


class SimulatedLink:
    """The Points layer of the region's cells and of those regenerated around it, above the measured ones.

    One layer serves all runs: to make one costs napari a tenth of a second, to fill it a hundredth. ``keep``, if there is one,
    tells from x (cells,) in µm which cells are drawn; ``shift_um`` to the right stands the layer.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.layer: Points | None = None
        self.keep: Callable[[np.ndarray], np.ndarray] | None = None
        self.shift_um = 0.0
        self._rows: np.ndarray | None = None
        self._shown: tuple[Any, ...] = ()

    def prepare(self, viewer: Any, section: Section, cells: Points | None) -> None:
        """Make the layer, empty, unless it is there; an empty layer is drawn too, so that its shader is ready."""
        if self.layer is not None:
            return
        arguments = layers.cells_arguments(section, np.empty(0, dtype=np.int64))
        place = {"name": EMPTY_NAME, "translate": (0.0, self.shift_um)}
        self.layer = points.make({**arguments, **place}, colors.look(NOTHING, unknown_alpha=0.0))
        self.layer.current_size, self.layer.current_border_width = arguments["size"], 0
        self._rows, self._shown = None, ()
        points.insert(viewer, self.layer, above=cells)

    def paint(self, viewer: Any, picture: Picture, cells: Points | None, maps: colors.Maps = colors.ON_DARK) -> None:
        """Give every simulated cell its colour of now; what is not known yet, and what is hidden, is clear."""
        paint = picture.simulated
        if paint is None or picture.rows is None:
            self._hide()
            return
        self.prepare(viewer, picture.section, cells)
        if picture.rows is not self._rows:
            self._fill(picture.section, picture.rows)
        points.show(self.layer, self._look(picture, paint, maps), in_passing=self.session.job.is_busy)
        points.set_where_different(self.layer, name=layers.simulated_name(paint.title))
        shown = (self.session.view, self.session.simulation)
        if shown != self._shown:
            points.set_where_different(self.layer, visible=True)
            self._shown = shown

    def settle(self) -> None:
        """Make what was left out while cells were coming."""
        points.settle(self.layer)

    def remove(self, viewer: Any) -> None:
        """Take the layer out of the viewer."""
        if self.layer is not None and self.layer in viewer.layers:
            viewer.layers.remove(self.layer)
        self.layer = None

    def forget(self, layer: Any) -> None:
        """Let go of the layer if it has been removed from the viewer."""
        if layer is self.layer:
            self.layer = None

    def _hide(self) -> None:
        if self.layer is not None and self._shown:
            self._shown = ()
            points.set_where_different(self.layer, visible=False)
        if self.layer is not None and self.session.simulation is None and self._rows is not None:
            self.layer.data, self._rows = np.empty((0, 2)), None
            self.layer.name = EMPTY_NAME

    def _fill(self, section: Section, rows: np.ndarray) -> None:
        """Put the cells at ``rows`` into the layer."""
        arguments = layers.cells_arguments(section, rows, key=self.session.label_key)
        with self.layer.events.data.blocker():
            self.layer.data = arguments["data"]
        self.layer.features = arguments["features"]
        self._rows = rows

    def _look(self, picture: Picture, paint: Paint, maps: colors.Maps) -> Look:
        session = self.session
        look = colors.look(paint, session.hidden, session.label_colors, 0.0, maps)
        if picture.cells.kind == "labels" and session.hidden:
            codes = [i for i, label in enumerate(picture.cells.categories) if label in session.hidden]
            is_hidden = np.isin(picture.cells.values[picture.rows], codes)
            look = replace(look, values=np.where(is_hidden, np.float32(np.nan), look.values))
        if self.keep is not None:
            is_kept = self.keep(picture.section.xy_um[picture.rows, 0])
            look = replace(look, values=np.where(is_kept, look.values, np.float32(np.nan)))
        return look
