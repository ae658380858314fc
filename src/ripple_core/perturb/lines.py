"""The scene of a run: the cells around a region, and the region's own as observed and as each edit leaves them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ripple_core.encoded import Encoded
from ripple_core.errors import DataError, sentence
from ripple_core.models.contract import Model, Quantizer, Scene
from ripple_core.models.scene import Rows, SceneInParts
from ripple_core.perturb.editing.apply import Applied
from ripple_core.perturb.editing.population import Population
from ripple_core.perturb.zone import Zone


def scene_of(
    zone: Zone, edits: Sequence[Applied], observed: Encoded, targets: np.ndarray, asked: np.ndarray | None, reads: Rows
) -> Scene:
    """Control, then one line for each of the edits; what is around the region is encoded when it is looked at.

    Parameters
    ----------
    targets, asked
        Rows of the section (targets,) to generate, and what they are observed to be, where their identity is kept.
    reads
        Gives cells (cells, genes) as the model reads them.
    """
    xy_um, context = observed.section.xy_um, zone.context
    known_um = xy_um[np.concatenate([context, zone.roi])]
    own = np.stack([reads(cells) for cells in (observed[zone.roi], *(applied.expression for applied in edits))])
    scene = SceneInParts(known_um, lambda rows: reads(observed[context[rows]]), own, xy_um[targets], asked)
    if all(applied.population is None for applied in edits):
        return scene
    return _with_arrivals(scene, len(context), edits, reads)


def reader(model: Model, *, continuous: bool) -> Rows:
    """How a model reads known cells: as they are, or each as the meta cell that it takes it for."""
    return _as_it_is if continuous or not isinstance(model, Quantizer) else model.quantised


def _with_arrivals(scene: Scene, around: int, edits: Sequence[Applied], reads: Rows) -> Scene:
    """A scene without the cells that left on each line and with those that came; ``around`` cells lie around the region."""
    present = np.ones((scene.lines, len(scene.known_xy_um)), dtype=bool)
    xy_um, expression, has = [scene.known_xy_um], [scene.known_expression], [present]
    for line, applied in enumerate(edits, start=1):
        population = applied.population
        if population is None:
            continue
        present[line, around:] = population.stays
        places_um, arriving = arrivals(population, applied.expression)
        xy_um.append(places_um)
        expression.append(np.repeat(reads(arriving)[None], scene.lines, axis=0))
        has.append(np.zeros((scene.lines, len(places_um)), dtype=bool))
        has[-1][line] = True
    found = np.concatenate(has, axis=1)
    if not found.any(axis=1).all():
        way_out = "Choose a smaller zone or region, so that cells beyond stay known"
        raise DataError(sentence("cells that are known on every line", "a line without any", way_out))
    whole = np.concatenate(expression, axis=1)
    return Scene(np.concatenate(xy_um), whole, scene.target_xy_um, scene.target_observed, found)


def arrivals(population: Population, expression: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place (arriving, 2) and expression (arriving, genes) of the cells that moved, as edited, and of those inserted."""
    comes = population.comes
    places = np.concatenate([population.xy_um[comes], population.inserted_um])
    return places, np.concatenate([expression[comes], population.inserted])


def _as_it_is(cells: np.ndarray) -> np.ndarray:
    return cells
