"""Draws cells with a shader of our own: static positions, one number a cell, a table of colours.

napari's own drawing sends some 60 bytes a cell to the graphics card at every change of colour, after seconds of Python
for a million cells. Here positions are sent once; a change of colour sends one number a cell, or only the table of
colours; the shader looks the colour up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from vispy.gloo import Texture2D, VertexBuffer
from vispy.visuals import Visual

from napari_ripple.canvas.cells.look import Look

TABLE_WIDTH = 256
MANY_CELLS = 50_000
"""From so many on, cells too small to be discs are drawn as one picture (see level_of_detail)."""
UNKNOWN = np.float32(-3e38)
"""What the shader gets for a cell without a value; not every graphics card knows NaN."""

NEAR_PX = 48.0
"""From this diameter on they are drawn as squares of two triangles (see close_up)."""

VERTEX = """
attribute vec2 a_position;
attribute float a_value;
attribute float a_size;
uniform sampler2D u_table;
uniform float u_rows;
uniform float u_colors;
uniform float u_low;
uniform float u_step;
uniform vec4 u_unknown;
uniform float u_scale;
uniform float u_least;
uniform float u_most;
varying vec4 v_color;

void main() {
    v_color = u_unknown;
    if (a_value > -1e38) {
        float place = clamp(floor((a_value - u_low) * u_step), 0.0, u_colors - 1.0);
        float row = floor((place + 0.5) / 256.0);
        vec2 where = vec2((place - row * 256.0 + 0.5) / 256.0, (row + 0.5) / u_rows);
        v_color = texture2DLod(u_table, where, 0.0);
    }
    gl_PointSize = clamp(a_size * u_scale, u_least, u_most);
    gl_Position = $visual_to_render(vec4(a_position, 0.0, 1.0));
    if (v_color.a == 0.0) {
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);  // outside of everything: not drawn
    }
}
"""
FRAGMENT = """
varying vec4 v_color;

void main() {
    vec2 place = gl_PointCoord - 0.5;
    if (dot(place, place) > 0.25) {
        discard;
    }
    gl_FragColor = v_color;
}
"""


class CellMarkers(Visual):
    """Discs at static positions, coloured by one number each and a table of colours."""

    def __init__(self) -> None:
        super().__init__(vcode=VERTEX, fcode=FRAGMENT)
        self._positions, self._values = VertexBuffer(), VertexBuffer()
        self._sent = np.empty(0, dtype=np.float32)
        self.look: Look | None = None
        self.xy = np.empty((0, 2), dtype=np.float32)
        self._bounds: tuple[np.ndarray, np.ndarray] | None = None
        self._least_px = 0.0
        self.sizes: np.ndarray = np.zeros((), np.float32)
        self._size_buffer = VertexBuffer()
        self._table = Texture2D(
            np.zeros((1, TABLE_WIDTH, 4), np.uint8), interpolation="nearest", internalformat="rgba8"
        )
        self.shared_program["u_table"] = self._table
        self.set_limits(0, None)
        self._draw_mode = "points"
        self.freeze()

    @property
    def cells(self) -> int:
        """How many cells are drawn."""
        return 0 if self._bounds is None else len(self._sent)

    def set_positions(self, xy: np.ndarray, bounds: tuple[np.ndarray, np.ndarray] | None) -> None:
        """Send the positions (cells, 2), float32, (x, y), between their ``bounds``; they come with values of their own next."""
        self._bounds = bounds if len(xy) else None
        self.xy, self.look, self._sent = xy, None, np.empty(0, dtype=np.float32)
        if len(xy):
            self._positions.set_data(xy)
            self.shared_program["a_position"] = self._positions
        self.update()

    def set_sizes(self, sizes: np.ndarray) -> None:
        """Send diameters (cells,) in the units of the scene; one number where all are the same."""
        if not len(sizes):
            return
        if (sizes == sizes[0]).all():
            self.sizes = np.asarray(sizes[0], dtype=np.float32)
            self.shared_program["a_size"] = float(sizes[0])
        else:
            self.sizes = np.asarray(sizes, dtype=np.float32)
            self._size_buffer.set_data(self.sizes)
            self.shared_program["a_size"] = self._size_buffer
        self.update()

    def set_limits(self, least_px: float | None, most_px: float | None) -> None:
        """Keep diameters on the screen within these; None: no bound."""
        self._least_px = float(least_px or 0.0)
        self.shared_program["u_least"] = self._least_px
        self.shared_program["u_most"] = float(most_px or 1e6)
        self.update()

    def set_look(self, look: Look) -> None:
        """Send what has changed: the numbers, or only those that are others; the table; the limits."""
        before, self.look = self.look, look
        if before is None or before.values is not look.values:
            self._send_values(look.values)
        if before is None or before.table is not look.table:
            self._send_table(look.table)
        self.shared_program["u_low"] = float(look.limits[0])
        self.shared_program["u_step"] = float(look.step)
        self.shared_program["u_unknown"] = tuple(map(float, look.unknown))
        self.update()

    def _send_values(self, values: np.ndarray) -> None:
        if len(values) and np.isnan(values.min()):
            values = np.where(np.isnan(values), UNKNOWN, values)
        values = np.ascontiguousarray(values, dtype=np.float32)
        before, self._sent = self._sent, values
        if not len(values):
            return
        if len(before) != len(values):
            self._values.set_data(values)
            self.shared_program["a_value"] = self._values
            return
        if len(values) >= MANY_CELLS:  # to look for what differs takes longer than to send everything
            self._values.set_data(values)
            return
        first, last = _changed(before, values)
        if first < last:
            self._values.set_subdata(values[first:last], offset=first)

    def _send_table(self, table: np.ndarray) -> None:
        rows = -(-len(table) // TABLE_WIDTH)
        picture = np.zeros((rows * TABLE_WIDTH, 4), dtype=np.uint8)
        picture[: len(table)] = np.round(np.asarray(table) * 255)
        self._table.set_data(picture.reshape(rows, TABLE_WIDTH, 4))
        self.shared_program["u_rows"], self.shared_program["u_colors"] = float(rows), float(len(table))

    def _prepare_transforms(self, view: Any) -> None:
        view.view_program.vert["visual_to_render"] = view.get_transform("visual", "render")

    def is_far(self, view: Any) -> bool:
        """Whether the cells are very many, and smaller on the screen than the least that is drawn: two pixels or less."""
        return self.cells >= MANY_CELLS and self._least_px <= 2 and self._largest_px(view) <= 2

    def is_near(self, view: Any) -> bool:
        """Whether the cells are so large on the screen that few of them are in view."""
        return self.cells > 0 and self._largest_px(view) > NEAR_PX

    def px_per_unit(self, view: Any) -> float:
        """Pixels of the screen for one unit of the scene."""
        back = view.get_transform("scene", "framebuffer").imap
        step = (np.asarray(back((1.0, 0.0))) - np.asarray(back((0.0, 0.0))))[:2]
        return 1.0 / max(float(np.hypot(*step)), 1e-12)

    def _largest_px(self, view: Any) -> float:
        return float(self.sizes.max()) * self.px_per_unit(view)

    def _prepare_draw(self, view: Any) -> bool | None:
        if not self.cells or self.is_far(view) or self.is_near(view):
            return False
        view.view_program["u_scale"] = self.px_per_unit(view)
        return None

    def _compute_bounds(self, axis: int, view: Any) -> tuple[float, float] | None:
        if self._bounds is None:
            return None
        return (float(self._bounds[0][axis]), float(self._bounds[1][axis])) if axis < 2 else (0.0, 0.0)


@dataclass(frozen=True)
class Placement:
    """Where positions lie on the canvas: ``matrix`` (2, 3) takes (x, y, 1) to pixels of its ``size``; their ``depth``."""

    matrix: np.ndarray
    size: tuple[int, int]
    depth: float

    @classmethod
    def of(cls, view: Any) -> Placement:
        """As it is now."""
        corners = view.get_transform("render", "framebuffer").map([[-1, -1, 0, 1], [1, 1, 0, 1]])
        corners = corners / corners[:, 3:]
        width, height = (int(side) for side in np.abs(np.round((corners[1] - corners[0])[:2])))
        mapped = view.get_transform("visual", "render").map([[0, 0, 0, 1], [1, 0, 0, 1], [0, 1, 0, 1]])
        mapped = mapped / mapped[:, 3:]
        origin, x, y = mapped[:, :2]
        matrix = np.stack([x - origin, y - origin, origin + 1], axis=1) * (np.array([[width], [height]]) / 2)
        return cls(matrix, (width, height), float(mapped[0, 2]))


def same_parts(ones: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    """Whether things are the same, and numbers equal, one by one."""
    if len(ones) != len(others):
        return False
    return all(a is b or (np.isscalar(a) and np.isscalar(b) and a == b) for a, b in zip(ones, others))


def _changed(before: np.ndarray, after: np.ndarray) -> tuple[int, int]:
    """The first place that differs, and the one behind the last; equal where nothing does."""
    differs = before != after
    first = int(differs.argmax())
    return (first, len(differs) - int(differs[::-1].argmax())) if differs[first] else (0, 0)
