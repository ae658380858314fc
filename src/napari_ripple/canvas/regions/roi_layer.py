"""The layer that regions are drawn on: one of outlines whose status line names the region and the cell under the pointer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari_ripple.canvas.layers import ROI_COLUMN
from napari_ripple.canvas.regions.outlines import Outlines


class RoiShapes(Outlines):
    """Shapes that know the cells below them.

    Regions are drawn above the cells, and their layer is the active one while they are: without this the status line
    would say nothing of the cells. ``cells`` gives their layer, or None.
    """

    def __init__(self, *args: Any, cells: Callable[[], Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cells = cells or (lambda: None)

    @property
    def is_unfinished(self) -> bool:
        """Whether an outline is being drawn: napari then counts on the places of the shapes, so none may be changed."""
        return bool(self._is_creating)

    def give_up(self) -> None:
        """Take the unfinished outline away, also while the button is still held."""
        if not self.is_unfinished:
            return
        for drag in self._mouse_drag_gen.values():
            self._persisted_mouse_event.pop(drag, None)
        self._mouse_drag_gen.clear()
        self._is_creating = False
        self._moving_value = (None, None)
        self.remove([self.nshapes - 1])

    def get_status(self, position: Any = None, **kwargs: Any) -> dict[str, Any]:
        """What napari writes below the canvas: the region, then the cell, under the pointer."""
        status = super().get_status(position, **kwargs)
        cells = self._cells()
        if cells is None or position is None or not cells.visible:
            return status
        found = cells.get_status(position, **kwargs).get("value", "")
        cell = found.partition("; ")[2]  # what stands before it is the number of the point
        words = "; ".join(filter(None, (self._region_words(position, **kwargs), cell)))
        status["coordinates"] = f"{status.get('coords', '')}: {words}" if words else status.get("coords", "")
        status["value"] = words
        return status

    def _region_words(self, position: Any, **kwargs: Any) -> str:
        """The name of the region under a position."""
        shape, _ = self.get_value(position, **kwargs) or (None, None)
        if shape is None or ROI_COLUMN not in self.features or shape >= len(self.features):
            return ""
        return str(self.features[ROI_COLUMN].iloc[shape])
