"""Joins our drawing of cells to napari's window; the one file that leans on how napari draws inside.

napari looks a layer's drawing up by the layer's class and its parents: :func:`register` enters ours for CellPoints, whose
panel of controls stays that of any Points. None of this is promised by napari, so the version is bounded in pyproject.toml,
pixels are tested against napari's own, and :mod:`napari_ripple.canvas.cells.points` draws by napari's own way where anything is missing.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from napari._vispy.layers.base import VispyBaseLayer
from napari._vispy.layers.points import VispyPointsLayer
from napari._vispy.utils.visual import layer_to_visual
from napari._vispy.visuals.markers import Markers
from napari._vispy.visuals.points import PointsVisual
from napari._vispy.visuals.text import Text
from napari.layers import Points
from vispy.scene.visuals import Line

from napari_ripple.canvas.cells.cell_points import CellPoints
from napari_ripple.canvas.cells.cell_visual import CellMarkers
from napari_ripple.canvas.cells.close_up import CellCloseUp
from napari_ripple.canvas.cells.level_of_detail import CellRaster

REPLACED = (
    "_extent_data",
    "_get_properties",
    "_get_value",
    "_set_data",
    "_type_string",
    "_update_thumbnail",
    "_view_face_color",
    "_view_selected",
)
"""What CellPoints replaces of napari's Points."""
USED = ("_size", "_slice_input", "_thumbnail_shape", "_update_properties", "_view_indices")
"""What it uses of it."""
DATA_EVENTS = ("symbol", "border_width", "border_width_is_relative", "border_color", "size")


class CellsVisual(PointsVisual):
    """The visual of napari's Points with our cells below it."""

    def __init__(self, font_info: Any) -> None:
        cells = CellMarkers()
        parts = [
            cells,
            CellRaster(cells),
            CellCloseUp(cells),
            Markers(),
            Markers(),
            Line(antialias=True),
            Text(font_info=font_info),
        ]
        super(PointsVisual, self).__init__(parts, font_info=font_info)
        self.scaling = True

    @property
    def cells(self) -> CellMarkers:
        """Our cells."""
        return self._subvisuals[0]

    @property
    def points_markers(self) -> Markers:
        """napari's markers, for what our cells are not."""
        return self._subvisuals[3]

    @property
    def selection_markers(self) -> Markers:
        """Marks of what is selected."""
        return self._subvisuals[4]

    @property
    def highlight_lines(self) -> Line:
        """The box of a selection."""
        return self._subvisuals[5]

    @property
    def text(self) -> Text:
        """Text beside the points."""
        return self._subvisuals[6]


class VispyCells(VispyPointsLayer):
    """Keeps the drawing as a CellPoints layer says: by our shader, or by napari's where a user asks for what ours is not.

    That is three dimensions, and other symbols than discs, or borders.
    """

    def __init__(self, layer: CellPoints, font_info: Any) -> None:
        VispyBaseLayer.__init__(self, layer, CellsVisual(font_info), font_info)
        self._drawn: Any = None
        events = layer.events
        for name in DATA_EVENTS:
            getattr(events, name).connect(self._on_data_change)
        layer.looked.connect(self._on_look_change)
        events.highlight.connect(self._on_highlight_change)
        events.antialiasing.connect(self._on_antialiasing_change)
        events.canvas_size_limits.connect(self._on_canvas_size_limits_change)
        events.shading.connect(self._on_shading_change)
        events.scale_factor.connect(self._update_text)
        layer.text.events.connect(self._on_text_change)
        self._on_data_change()

    def _on_data_change(self) -> None:
        if self.layer._slice_input.ndisplay != 2 or not self.layer.is_plain:
            self._drawn = None
            self.node.cells.set_positions(np.empty((0, 2), np.float32), None)
            super()._on_data_change()
            return
        cells = self.node.cells
        if self._drawn is not self.layer.data:
            self.node.points_markers.set_data(None)
            placed = self.layer.placed
            cells.set_positions(placed.xy, (placed.extent[0, ::-1], placed.extent[1, ::-1]))
            self._drawn = self.layer.data
        cells.set_sizes(self.layer.size * abs(self.layer.scale[-1]))
        cells.set_look(self.layer.look)
        self.reset()

    def close(self) -> None:
        """Let go of the layer."""
        self.layer.looked.disconnect(self._on_look_change)
        super().close()

    def _on_look_change(self) -> None:
        if self._drawn is None:
            self._on_data_change()
        else:
            self.node.cells.set_look(self.layer.look)

    def _on_canvas_size_limits_change(self) -> None:
        super()._on_canvas_size_limits_change()
        self.node.cells.set_limits(*self.layer.canvas_size_limits)


def register() -> None:
    """Let napari draw CellPoints with our shader; raises AttributeError where napari is not what it was."""
    example = Points(np.empty((0, 2)))
    missing = [name for name in (*REPLACED, *USED) if not hasattr(example, name)]
    if missing:
        raise AttributeError(f"napari's Points have no {', '.join(missing)}")
    if "font_info" not in inspect.signature(VispyPointsLayer.__init__).parameters:
        raise AttributeError("napari's drawing of points is made in another way")
    layer_to_visual[CellPoints] = VispyCells
