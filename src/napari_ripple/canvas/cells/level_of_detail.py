"""Very many cells seen from far: a picture of two by two pixels a cell in place of a disc each.

Where discs would be smaller than what the canvas draws at least, a graphics card without much power spends most of a frame on
a million of them that nobody can tell apart. To set their pixels in memory takes a hundredth of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from vispy.gloo import Texture2D, VertexBuffer
from vispy.visuals import Visual

from napari_ripple.canvas.cells.cell_visual import CellMarkers, Placement, same_parts
from napari_ripple.canvas.cells.look import Look

MARGIN = 2
"""Pixels around the picture; the outermost ones take what lies outside."""
VERTEX = """
attribute vec2 a_corner;
uniform float u_depth;
varying vec2 v_place;

void main() {
    v_place = (a_corner + 1.0) / 2.0;
    gl_Position = vec4(a_corner, u_depth, 1.0);
}
"""
FRAGMENT = """
uniform sampler2D u_picture;
varying vec2 v_place;

void main() {
    gl_FragColor = texture2D(u_picture, v_place);
    if (gl_FragColor.a == 0.0) {
        discard;
    }
}
"""


@dataclass(frozen=True, eq=False)
class Codes:
    """The look of cells as whole numbers.

    Parameters
    ----------
    codes
        Colour (cells,) of each cell: its row in ``table``.
    seen
        Rows of the cells that are not clear; None: all.
    table
        Colours as four bytes each; the first is clear.
    """

    codes: np.ndarray
    seen: np.ndarray | None
    table: np.ndarray

    @classmethod
    def of(cls, look: Look) -> Codes:
        """The codes of a look: 0 is clear, 1 is without a value, then come the colours of its table."""
        colors = np.concatenate([np.zeros((1, 4)), look.unknown[None], look.table])
        table = np.round(colors * 255).astype(np.uint8)
        place = look.values - np.float32(look.limits[0])
        place *= np.float32(look.step)
        np.clip(place, 0, len(look.table) - 1, out=place)
        place += 2
        codes = np.nan_to_num(place, copy=False, nan=1.0).astype(np.min_scalar_type(len(table)))
        is_clear = table[:, 3] == 0
        seen = np.flatnonzero(~is_clear[codes]) if is_clear[1:].any() else None
        return cls(codes, seen, table.view(np.uint32).ravel())


def raster(xy: np.ndarray, codes: Codes, matrix: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """A picture (height, width, 4) of bytes in which each cell at ``xy`` (cells, 2) takes two by two pixels.

    ``matrix`` (2, 3) takes (x, y, 1) to (column, row) in pixels. Of cells in one pixel the last is seen.
    """
    height, width = shape
    wide = width + 2 * MARGIN
    row = _pixels(xy, matrix[1], height)
    row *= wide
    row += _pixels(xy, matrix[0], width)
    picture = np.zeros((height + 2 * MARGIN) * wide, dtype=codes.codes.dtype)
    if codes.seen is None:
        picture[row] = codes.codes
    else:
        picture[row[codes.seen]] = codes.codes[codes.seen]
    picture = picture.reshape(-1, wide)
    found = picture[MARGIN:-MARGIN, MARGIN:-MARGIN].copy()
    for down, right in ((0, 1), (1, 0), (1, 1)):
        beside = picture[MARGIN - down : MARGIN - down + height, MARGIN - right : MARGIN - right + width]
        np.copyto(found, beside, where=found == 0)
    return np.take(codes.table, found).view(np.uint8).reshape(height, width, 4)


def _pixels(xy: np.ndarray, line: np.ndarray, size: int) -> np.ndarray:
    """The first of each cell's two pixels (cells,) along one axis, the margin counted."""
    along, across, start = (np.float32(number) for number in line)
    place = xy[:, 0] * along if abs(along) >= abs(across) else xy[:, 1] * across
    if along and across:
        place += xy[:, 1] * across if abs(along) >= abs(across) else xy[:, 0] * along
    place += start + np.float32(MARGIN - 0.5)
    np.clip(place, 0, size + 2 * MARGIN - 1, out=place)
    return place.astype(np.int64)


class CellRaster(Visual):
    """The cells of some markers as one picture as large as the canvas; draws only where these leave it to it."""

    def __init__(self, markers: CellMarkers) -> None:
        super().__init__(vcode=VERTEX, fcode=FRAGMENT)
        self._markers = markers
        self._codes: tuple[Look | None, Codes | None] = (None, None)
        self._drawn: tuple[Any, ...] = ()
        self._picture = Texture2D(np.zeros((1, 1, 4), np.uint8), interpolation="nearest", internalformat="rgba8")
        self.shared_program["u_picture"] = self._picture
        corners = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], dtype=np.float32)
        self.shared_program["a_corner"] = VertexBuffer(corners)
        self._draw_mode = "triangle_strip"
        self.freeze()

    def _prepare_transforms(self, view: Any) -> None:
        """Nothing: the picture is made for the canvas as it is."""

    def _prepare_draw(self, view: Any) -> bool | None:
        look, xy = self._markers.look, self._markers.xy
        if look is None or not self._markers.is_far(view):
            return False
        place = Placement.of(view)
        wanted = (look.values, look.table, look.limits, xy, *place.matrix.ravel(), *place.size)
        if not same_parts(wanted, self._drawn) and all(place.size):
            self._picture.set_data(raster(xy, self._codes_of(look), place.matrix, place.size[::-1]))
            self._drawn = wanted
        view.view_program["u_depth"] = place.depth
        return None

    def _codes_of(self, look: Look) -> Codes:
        known, codes = self._codes
        if known is not look or codes is None:
            codes = Codes.of(look)
            self._codes = (look, codes)
        return codes

    def _compute_bounds(self, axis: int, view: Any) -> None:
        return None
