"""Marks on the canvas of the cells that an edit removes, moves and inserts: hollow where they leave, whole where they arrive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from napari.layers import Points

from napari_ripple import actions
from napari_ripple.canvas import layers
from napari_ripple.session import Session
from napari_ripple.work.later import Later
from ripple_core.perturb.editing.population import Population

GONE_NAME, COME_NAME = "removed or moved away (edit)", "inserted or moved here (edit, simulated)"
GONE_COLOR, COME_COLOR = "#9e9e9e", "#f0e442"
HOLE, RIM = "#101010", "#101010"
RIM_SHARE, SIZE_SHARE = 0.22, 1.25
"""Width of a rim and size of a mark, in cells."""
MOST = 50_000
"""Of more cells of each kind so many are marked."""


class PresenceLink:
    """Two Points layers above all cells, there only while an edit removes, moves or inserts cells."""

    def __init__(self, viewer: Callable[[], Any], session: Session) -> None:
        self._viewer, self.session = viewer, session
        self.gone: Points | None = None
        self.come: Points | None = None
        self.soon = Later(self.show)

    def show(self, *_: Any) -> None:
        """Make, move or remove the marks."""
        viewer = self._viewer()
        if viewer is None:
            return
        population = actions.preview_population(self.session)
        gone_um, come_um = (np.zeros((0, 2)),) * 2 if population is None else self._places(population)
        self.gone = self._marked(viewer, self.gone, gone_um, self._hollow())
        self.come = self._marked(viewer, self.come, come_um, self._whole())

    def forget(self, layer: Any) -> None:
        """Let go of a layer that has been removed from the viewer."""
        self.gone = None if layer is self.gone else self.gone
        self.come = None if layer is self.come else self.come

    def _places(self, population: Population) -> tuple[np.ndarray, np.ndarray]:
        """Where cells are no more (cells, 2), and where others are now."""
        rows = actions.edited_rows(self.session)
        left = self.session.section.xy_um[rows[~population.stays]]
        return left[:MOST], np.concatenate([population.xy_um[population.comes], population.inserted_um])[:MOST]

    def _hollow(self) -> dict[str, Any]:
        return {"name": GONE_NAME, "symbol": "disc", "face_color": HOLE, "border_color": GONE_COLOR}

    def _whole(self) -> dict[str, Any]:
        return {"name": COME_NAME, "symbol": "diamond", "face_color": COME_COLOR, "border_color": RIM}

    def _marked(self, viewer: Any, layer: Points | None, xy_um: np.ndarray, look: dict[str, Any]) -> Points | None:
        """The layer with marks at these places (cells, 2); made when there are some, removed when there are none."""
        section = self.session.section
        if not len(xy_um) or section is None:
            if layer is not None and layer in viewer.layers:
                viewer.layers.remove(layer)
            return None
        if layer is not None and layer in viewer.layers:
            layer.data = layers.rows_columns(xy_um)
            return layer
        size = SIZE_SHARE * layers.cell_size_um(section)
        new = Points(
            layers.rows_columns(xy_um),
            size=size,
            border_width=RIM_SHARE,
            border_width_is_relative=True,
            units=layers.UNITS,
            axis_labels=layers.AXES,
            **look,
        )
        selected = viewer.layers.selection.active
        viewer.layers.append(new)
        viewer.layers.selection.active = selected
        return new
