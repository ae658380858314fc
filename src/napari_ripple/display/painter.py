"""Paints the cells of a session, and keeps what the next picture needs again: the scale, and the measured cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from napari_ripple.display import measured
from napari_ripple.display.measured import Scene
from napari_ripple.display.paint import Paint, relimited
from napari_ripple.display.picture import Picture, picture
from napari_ripple.state.choices import same
from napari_ripple.state.view import ColorBy
from ripple_core.models.contract import Model
from ripple_core.section import Section

NO_SCALE = np.empty(0)
"""Stands for the cells' normalisation while their counts are being read."""


class Painter:
    """Makes pictures; what a picture shares with the one before it is not computed again."""

    def __init__(self) -> None:
        self._scale: tuple[Section | None, Model | None, np.ndarray] = (None, None, NO_SCALE)
        self._painted: tuple[np.ndarray, ColorBy, Paint] | None = None

    def scale(self, section: Section | None, model: Model | None) -> np.ndarray:
        """Normalisation factor (cells,) of the model, or of the section; computed once for each pair."""
        if section is not None and (section is not self._scale[0] or model is not self._scale[1]):
            self._scale = (section, model, measured.cell_scale(section, None if model is None else model.space))
        return self._scale[2]

    def picture(self, scene: Scene) -> Picture:
        """The picture of a scene; where only the percentiles differ from the last one, its numbers are taken."""
        scale, by = scene.scale, scene.color_by
        before = self._painted
        if before is None or not same(before[:2], (scale, by)):
            if before is not None and same((before[0], replace(before[1], low=by.low, high=by.high)), (scale, by)):
                paint = relimited(before[2], by)
            else:
                paint = measured.paint_cells(scene)
            before = self._painted = (scale, by, paint)
        return picture(scene, before[2])

    def replace_section(self, before: Section, after: Section) -> None:
        """Go over to a section of the same cells with other columns: their scale stays."""
        self._painted = None
        if self._scale[0] is before:
            self._scale = (after, *self._scale[1:])
