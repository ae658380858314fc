"""A layer of outlines that leaves none out: one that napari cannot fill is drawn as a line, and all others as ever."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from napari.layers import Shapes
from napari.layers.shapes._shape_list import ShapeList
from napari.layers.shapes._shapes_models import Polygon
from napari.layers.shapes._shapes_models._polygon_base import PolygonBase

Drawn = tuple[Any, ...]
"""One shape as napari hands it on: its corners, its type, its width, two colours and its place in depth."""


class Unfilled(PolygonBase):
    """A polygon of which only the line is drawn; for napari and for us it is a polygon like others."""

    def __init__(self, data: Any, **look: Any) -> None:
        super().__init__(data, filled=False, closed=True, name="polygon", **look)


class ShapesOrLines(ShapeList):
    """The shapes of a layer while they are drawn and changed with the mouse, at every move of which napari fills them anew."""

    def edit(self, index: int, data: Any, face_color: Any = None, edge_color: Any = None, new_type: Any = None) -> None:
        """Give a shape other corners; an outline that cannot be filled becomes a line until it can be."""
        if (new_type or type(self.shapes[index])) not in (Polygon, Unfilled):
            super().edit(index, data, face_color, edge_color, new_type)
            return
        try:
            super().edit(index, data, face_color, edge_color, Polygon)
        except RuntimeError:
            super().edit(index, data, face_color, edge_color, Unfilled)


class Outlines(Shapes):
    """Shapes whose outlines may be such as napari cannot cut into triangles.

    Some that pass a corner twice, run back along themselves, or lie so far from 0 that single precision folds them, make
    it raise RuntimeError, whichever of its ways of cutting is chosen. By itself it then draws none of those that were
    added together, and never ends one that is being drawn.
    """

    @property
    def unfilled(self) -> list[int]:
        """Indices of the shapes of which only the line is drawn."""
        return [index for index, shape in enumerate(self._data_view.shapes) if isinstance(shape, Unfilled)]

    @property
    def _data_view(self) -> ShapesOrLines:
        return self._shapes_or_lines

    @_data_view.setter
    def _data_view(self, view: ShapeList) -> None:
        """Take a list of shapes that napari has made; it makes a new one for each new ``data``."""
        view.__class__ = ShapesOrLines
        self._shapes_or_lines: Any = view

    def _add_shapes_to_view(self, shape_inputs: Iterable[Drawn], data_view: Any) -> None:
        """Add shapes, all at once where napari can."""
        shapes = tuple(shape_inputs)
        try:
            super()._add_shapes_to_view(shapes, data_view)
        except RuntimeError:
            for shape in shapes:
                self._add_one(shape, data_view)

    def _add_one(self, shape: Drawn, data_view: Any) -> None:
        """Add one shape; where it cannot be filled, something that can be, which then becomes its line."""
        try:
            super()._add_shapes_to_view([shape], data_view)
        except RuntimeError:
            corners, _, *look = shape
            box = np.asarray(corners)[[0, 0, 1, 1]]
            super()._add_shapes_to_view([(box, "rectangle", *look)], data_view)
            data_view.edit(len(data_view.shapes) - 1, corners, new_type=Unfilled)

    @property
    def _type_string(self) -> str:
        """What napari calls a layer of this kind when it saves one."""
        return "shapes"
