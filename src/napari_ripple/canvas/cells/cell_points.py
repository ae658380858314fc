"""A napari Points layer of cells that keeps one number a cell and a table of colours in place of a colour a cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.layers import Points
from napari.utils.events import EventEmitter

from napari_ripple.canvas.cells.look import Look, from_colors
from napari_ripple.canvas.cells.thumbnail import thumbnail


@dataclass(frozen=True, eq=False)
class Placed:
    """Positions as they are drawn.

    Parameters
    ----------
    data
        The positions (cells, axes) of the layer.
    xy
        Their last two axes, (x, y), float32.
    extent
        Least and greatest place (2, axes); infinite without cells.
    """

    data: np.ndarray
    xy: np.ndarray
    extent: np.ndarray

    @classmethod
    def of(cls, data: np.ndarray) -> Placed:
        """Looked up axis by axis, which takes a tenth of what all at once takes."""
        axes = np.asarray(data).T
        bounds = [[axis.min(initial=np.inf), axis.max(initial=-np.inf)] for axis in axes]
        return cls(data, np.ascontiguousarray(axes[:-3:-1].T, dtype=np.float32), np.array(bounds, dtype=np.float64).T)


class CellPoints(Points):
    """Cells as points that are recoloured without touching them one by one.

    Everything that napari or a script asks a Points layer for is answered as by one: ``face_color`` (cells, 4) is made
    when it is asked for, and can be set. All cells are discs without a border. ``looked`` is emitted when they look otherwise; it
    is none of the layer's ``events``, at each of which napari draws its list of layers anew.
    """

    def __init__(self, data: np.ndarray, *, look: Look, **arguments: Any) -> None:
        self._look = look
        self._placed: Placed | None = None
        self._last_hit: tuple[Any, int | None] = (None, None)
        self._all_discs: bool | None = "symbol" not in arguments or None
        self._is_behind = False
        super().__init__(data, **arguments)
        self._placed = self.placed
        self.looked = EventEmitter(self, "looked")
        self.events.symbol.connect(self._forget_symbols)

    @property
    def look(self) -> Look:
        """How the cells look now."""
        return self._look

    @property
    def is_plain(self) -> bool:
        """Whether all cells are flat discs without a border, and two-dimensional, as our shader draws them."""
        if self._all_discs is None:
            self._all_discs = all(str(symbol) == "disc" for symbol in set(self.symbol))
        return self._all_discs and self.ndim == 2 and not self.border_width.any()

    def show(self, look: Look, *, in_passing: bool = False) -> None:
        """Let the cells look otherwise; numbers that are the same array as before are not sent to the screen again.

        ``in_passing``: another look follows soon, so the small picture in the list of layers waits for :meth:`settle`.
        """
        self._look = look
        self.looked()
        self._is_behind = True
        if not in_passing:
            self.settle()

    def settle(self) -> None:
        """Make the small picture in the list of layers, if it is behind."""
        if self._is_behind and self.visible:
            self._is_behind = False
            self._update_thumbnail()

    @property
    def face_color(self) -> np.ndarray:
        """Colours (cells, 4), made anew at every call."""
        return self._look.rgba()

    @face_color.setter
    def face_color(self, face_color: Any) -> None:
        Points.face_color.fset(self, face_color)
        self.show(from_colors(Points.face_color.fget(self)))

    @property
    def current_face_color(self) -> str:
        """Colour of the next point, and, when set, of the selected ones."""
        return str(Points.current_face_color.fget(self))

    @current_face_color.setter
    def current_face_color(self, face_color: Any) -> None:
        if not (self._update_properties and len(self.selected_data)):
            Points.current_face_color.fset(self, face_color)
            return
        Points.face_color.fset(self, self._look.rgba())
        Points.current_face_color.fset(self, face_color)
        self.show(from_colors(Points.face_color.fget(self)))

    def remove(self, indices: Iterable[int]) -> None:
        """Remove points."""
        gone = sorted(indices)
        self._look = self._look.without(gone)
        super().remove(gone)

    def _forget_symbols(self) -> None:
        self._all_discs = None

    @property
    def _type_string(self) -> str:
        return "points"

    @property
    def _view_face_color(self) -> np.ndarray:
        return self._look.rgba(self._view_indices)

    @property
    def _view_selected(self) -> np.ndarray:
        if not len(self.selected_data):
            return np.empty(0, dtype=np.int64)
        return super()._view_selected

    @property
    def _extent_data(self) -> np.ndarray:
        """Least and greatest place (2, axes), which napari asks for several times a turn; its own to change, as it does."""
        return self.placed.extent.copy() if len(self.data) else np.full((2, self.ndim), np.nan)

    @property
    def placed(self) -> Placed:
        """Where the points are, as they are drawn; made once for the same data, here or on the thread that made the layer."""
        if self._placed is None or self._placed.data is not self.data:
            self._placed = Placed.of(self.data)
        return self._placed

    def _set_data(self, data: Any) -> None:
        cells = 0 if data is None else len(data)
        if cells != len(self._look.values):
            self._look = self._look.resized(cells)
        self._last_hit = (None, None)
        super()._set_data(data)

    def _get_value(self, position: Any) -> int | None:
        """The uppermost cell that is seen at a position (data coordinates), or None."""
        if self.ndim != 2:
            return super()._get_value(position)
        place = (tuple(position), self._look)
        if self._last_hit[0] != place:
            self._last_hit = (place, self._cell_at(*position))
        return self._last_hit[1]

    def _cell_at(self, row: float, column: float) -> int | None:
        if not len(self.data):
            return None
        reach = float(self._size.max()) / 2
        near = np.flatnonzero((self.data[:, 0] > row - reach) & (self.data[:, 0] < row + reach))
        offset = self.data[near] - (row, column)
        near = near[(offset**2).sum(axis=1) <= (self._size[near] / 2) ** 2]
        seen = near[self._look.rgba(near)[:, 3] > 0]
        return int(seen[-1]) if len(seen) else None

    def _get_properties(self, position: Any, **given: Any) -> list[str]:
        """What the status bar says of the cell at a position."""
        words: list[str] = super()._get_properties(position, **given)
        if self._look.is_number and "value" not in self.features:
            cell = self.get_value(position, **given)
            value = np.nan if cell is None else self._look.values[cell]
            words += [f"value: {value:.3g}"] if np.isfinite(value) else []
        return words

    def _update_thumbnail(self) -> None:
        picture = thumbnail(self.data[:, -2:], self._look, self._thumbnail_shape[:2])
        picture[..., 3] *= self.opacity
        self.thumbnail = picture
