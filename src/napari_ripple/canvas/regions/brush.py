"""The round brush: a drag on the layer of regions paints one, adds to the active one, or erases from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
from napari.layers import Shapes

from napari_ripple import actions
from napari_ripple.canvas import layers
from napari_ripple.canvas.regions.roi_shapes import Stroke
from napari_ripple.session import Session
from ripple_core.errors import RippleError
from ripple_core.regions import brush

LEFT = 1
PREVIEW_S = 0.033
ERASER = "Alt"
WIDTH_UM = 50.0
ERASING = "#808080"
"""Colour of a stroke that erases."""


class Brush:
    """What a drag with the left button does while the brush is taken up; napari's own modes know no brush.

    ``preview`` draws a stroke above the regions while it is made, or takes it away when it is given None.
    """

    def __init__(self, session: Session, cells: Callable[[], Any], preview: Callable[[Stroke | None], None]) -> None:
        self.session = session
        self.width_um = WIDTH_UM
        self.erases = False
        self._cells = cells
        self._preview = preview
        self._layer: Shapes | None = None

    @property
    def is_up(self) -> bool:
        """Whether the brush is taken up."""
        return self._layer is not None

    def take_up(self, layer: Shapes) -> None:
        """Let drags on a layer paint."""
        self.let_go()
        layer.mode = "pan_zoom"
        layer.mouse_pan = False
        layer.mouse_drag_callbacks.append(self._drag)
        self._layer = layer
        self.set_width(self.width_um)

    def let_go(self) -> None:
        """Give the layer back as it was."""
        layer, self._layer = self._layer, None
        if layer is not None:
            layer.mouse_drag_callbacks.remove(self._drag)
            layer.mouse_pan = str(layer.mode) == "pan_zoom"
            layer.cursor = "standard" if layer.mouse_pan else "crosshair"

    def set_width(self, width_um: float) -> None:
        """Take a brush of another width; the pointer shows it."""
        self.width_um = width_um
        if self._layer is not None:
            self._layer.cursor_size = max(1, round(width_um))
            self._layer.cursor = "circle"

    def _drag(self, layer: Shapes, event: Any) -> Generator[None, None, None]:
        """Follow one drag and paint what it has covered at its end, as one step."""
        if event.button != LEFT:
            return
        path, shown, cost = [self._place(event)], 0.0, 0.0
        erase = self.erases or ERASER in event.modifiers
        name = self._painted_on(path[0], erase=erase)
        event.handled = True
        yield
        while event.type == "mouse_move":
            path.append(self._place(event))
            now = time.monotonic()
            if now - shown >= max(PREVIEW_S, 2 * cost):
                self._show(path, name, erase=erase)
                shown = time.monotonic()
                cost = shown - now
            event.handled = True
            yield
        try:
            actions.paint_roi(self.session, path, self.width_um, name=name, erase=erase)
        except RippleError as error:
            self.session.message = str(error)
        finally:
            self._preview(None)

    def _place(self, event: Any) -> tuple[float, float]:
        """Where an event happened: (x, y) in µm of the section."""
        world = np.asarray(event.position, dtype=np.float64)[None, -2:]
        x, y = layers.world_to_section(world, self._cells())[0]
        return float(x), float(y)

    def _painted_on(self, place: tuple[float, float], *, erase: bool) -> str | None:
        """The region that a stroke beginning at a place changes: the active one if the brush touches it; None for a new one."""
        active = self.session.roi
        if active is None or erase:
            return None if active is None else active.name
        touched = brush.stroke(np.array([place]), self.width_um).intersects(active.geometry)
        return active.name if touched and active.visible else None

    def _show(self, path: list[tuple[float, float]], name: str | None, *, erase: bool) -> None:
        """Draw the stroke itself: what it makes of the region is worked out once, when it ends."""
        known = None if name is None else self.session.rois[name].color
        color = ERASING if erase else known or actions.next_color(self.session)
        self._preview(Stroke(np.array(path), self.width_um, color))
