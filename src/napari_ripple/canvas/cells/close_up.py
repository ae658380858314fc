"""A few cells seen from near: squares of two triangles, since a graphics card's points end at some size and at its edges."""

from __future__ import annotations

from typing import Any

import numpy as np
from vispy.gloo import VertexBuffer
from vispy.visuals import Visual

from napari_ripple.canvas.cells.cell_visual import CellMarkers, Placement, same_parts

VERTEX = """
attribute vec2 a_place;
attribute vec2 a_corner;
attribute vec4 a_color;
uniform float u_depth;
varying vec2 v_corner;
varying vec4 v_color;

void main() {
    v_corner = a_corner;
    v_color = a_color;
    gl_Position = vec4(a_place, u_depth, 1.0);
}
"""
FRAGMENT = """
varying vec2 v_corner;
varying vec4 v_color;

void main() {
    if (dot(v_corner, v_corner) > 1.0) {
        discard;
    }
    gl_FragColor = v_color;
}
"""
CORNERS = np.array([[-1, -1], [1, -1], [-1, 1], [-1, 1], [1, -1], [1, 1]], dtype=np.float32)


class CellCloseUp(Visual):
    """The cells of some markers that are in view, as discs of any size; draws only where these leave it to it."""

    def __init__(self, markers: CellMarkers) -> None:
        super().__init__(vcode=VERTEX, fcode=FRAGMENT)
        self._markers = markers
        self._drawn: tuple[Any, ...] = ()
        self._is_empty = True
        self._buffers = {name: VertexBuffer() for name in ("a_place", "a_corner", "a_color")}
        self._draw_mode = "triangles"
        self.freeze()

    def _prepare_transforms(self, view: Any) -> None:
        """Nothing: the squares are made for the canvas as it is."""

    def _prepare_draw(self, view: Any) -> bool | None:
        markers = self._markers
        if markers.look is None or not markers.is_near(view):
            return False
        place = Placement.of(view)
        wanted = (markers.look, markers.xy, markers.sizes, *place.matrix.ravel(), *place.size)
        if not same_parts(wanted, self._drawn):
            self._make(place, markers.px_per_unit(view))
            self._drawn = wanted
        view.view_program["u_depth"] = place.depth
        return None if not self._is_empty else False

    def _make(self, place: Placement, px_per_unit: float) -> None:
        """Send the squares of the cells in view."""
        look, size = self._markers.look, np.array(place.size)
        pixels = self._markers.xy @ place.matrix[:, :2].T.astype(np.float32) + place.matrix[:, 2].astype(np.float32)
        radius = np.broadcast_to(self._markers.sizes * (px_per_unit / 2), len(pixels))
        reach = radius.max()
        rows = np.flatnonzero(((pixels > -reach) & (pixels < size + reach)).all(axis=1))
        colors = look.rgba(rows) if look is not None else np.empty((0, 4))
        rows, colors = rows[colors[:, 3] > 0], colors[colors[:, 3] > 0]
        self._is_empty = not len(rows)
        if self._is_empty:
            return
        corners = pixels[rows][:, None] + CORNERS * radius[rows][:, None, None]
        for name, values in (
            ("a_place", corners.reshape(-1, 2) / (size / 2) - 1),
            ("a_corner", np.tile(CORNERS, (len(rows), 1))),
            ("a_color", np.repeat(colors, len(CORNERS), axis=0)),
        ):
            self._buffers[name].set_data(np.ascontiguousarray(values, dtype=np.float32))
            self.shared_program[name] = self._buffers[name]

    def _compute_bounds(self, axis: int, view: Any) -> None:
        return None
