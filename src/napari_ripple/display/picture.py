"""The picture of a scene: all cells and, above them, the simulated ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from napari_ripple.display.measured import Scene
from napari_ripple.display.paint import Paint
from napari_ripple.display.simulated import paint_simulated
from ripple_core.section import Section


@dataclass(frozen=True, eq=False)
class Picture:
    """All cells of a section and, above them, the simulated ones at ``rows``; ``note`` says what is not shown."""

    section: Section
    cells: Paint
    simulated: Paint | None = None
    rows: np.ndarray | None = None
    note: str = ""


def picture(scene: Scene, cells: Paint) -> Picture:
    """The picture of a scene, whose measured cells have been painted already."""
    if scene.view == "observed" or scene.simulation is None:
        return Picture(scene.section, cells)
    simulated, note = paint_simulated(scene, scene.simulation, cells)
    return Picture(scene.section, cells, simulated, None if simulated is None else scene.simulation.rows, note)
