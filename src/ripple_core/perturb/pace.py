"""How far apart windows must be to be generated side by side, measured on the first cells of a zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from ripple_core.models.contract import GenerationSettings, Generator, Scene

ENOUGH = 0.999
"""Of the first cells; what they leave out adds up outwards. Sixteen whole zones were then above 0.99: no guarantee (lab log)."""
PILOT_CELLS, WORTH_CELLS = 300, 600
APART_SPACINGS = (3.0, 6.0, 12.0, 24.0)


@dataclass(frozen=True)
class Pace:
    """What was found: the distance in µm (0: one window after another), and how alike the responses of the first cells were.

    ``pearson`` is that of perturbed − control (of a single line: of what is generated, apart from each gene's mean), waves against the
    exact sequence, over ``cells`` cells and all genes.
    """

    apart_um: float
    pearson: float
    cells: int


def measured(generator: Generator, scene: Scene, settings: GenerationSettings) -> Pace:
    """The least distance at which the response of the first cells stays what the exact sequence gives (Pearson at least ``ENOUGH``).

    A zone of few cells is not worth it: there the distance is 0, as where nothing tried is near enough.
    """
    if len(scene.target_xy_um) < WORTH_CELLS:
        return Pace(0.0, 1.0, 0)
    pilot = scene.part(slice(0, 2), slice(0, PILOT_CELLS))
    spacing = float(np.median(cKDTree(scene.target_xy_um).query(scene.target_xy_um, k=2)[0][:, 1]))
    exact = _response(generator, pilot, settings.model_copy(update={"apart_um": 0.0}))
    found = 0.0
    for apart_um in (spacings * spacing for spacings in APART_SPACINGS):
        waves = _response(generator, pilot, settings.model_copy(update={"apart_um": apart_um}))
        found = _alike(exact, waves)
        if found >= ENOUGH:
            return Pace(apart_um, found, PILOT_CELLS)
    return Pace(0.0, found, PILOT_CELLS)


def _response(generator: Generator, scene: Scene, settings: GenerationSettings) -> np.ndarray:
    """Perturbed − control (targets, genes); of a single line what is generated, apart from each gene's mean."""
    found = np.empty((scene.lines, len(scene.target_xy_um), scene.shape[2]), dtype=np.float32)
    for generated in generator.generate(scene, settings):
        found[:, generated.targets] = generated.expression
    response: np.ndarray = found[-1] - (found[0] if scene.lines > 1 else found[0].mean(axis=0))
    return response


def _alike(one: np.ndarray, other: np.ndarray) -> float:
    """Pearson correlation of all values; 1 where neither varies."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return float(np.ptp(one) == np.ptp(other))
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
