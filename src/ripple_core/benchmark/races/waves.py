"""Waves of windows against one window after the other: the same zone, the same edit, and how much of the response is the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

import numpy as np

from ripple_core.benchmark.races.memory import with_memory
from ripple_core.benchmark.races.race import Race, Timed, in_turns
from ripple_core.models import catalog
from ripple_core.models.contract import GenerationSettings, Scene
from ripple_core.models.gest.model import Gest
from ripple_core.section import Section
from ripple_core.synthetic import World
from ripple_core.training.config import TrainSettings

SIZES, QUICK_SIZES = (400, 1600, 6400), (60, 90)
STEPS, QUICK_STEPS, SECTION_CELLS = 60, 6, 4000
APART_UM = 50.0
REGION_SHARE, KNOWN_PER_TARGET = 0.1, 1.5
SMALL = {"layers": 1, "heads": 2, "dim": 16, "max_cells": 40, "meta_cells": 24, "levels": (4, 2)}


def against_sequence(cells: int, seed: int) -> Timed:
    """Control and perturbed of a zone of so many cells around a region of edited cells, by the default model.

    ``agrees`` is the Pearson correlation of the two responses over all cells and genes; the note tells the share of cells that
    get the same meta cell when the likeliest is picked.
    """
    model = _model(seed, cells in QUICK_SIZES)
    scene = _scene(model, cells, seed)
    sequence, waves = GenerationSettings(seed=seed), GenerationSettings(seed=seed, apart_um=APART_UM)
    other, extra_mb = with_memory(lambda: _generated(model, scene, waves))
    one = _generated(model, scene, sequence)
    ours, theirs = in_turns(
        partial(_generated, model, scene, waves), partial(_generated, model, scene, sequence), repeats=2
    )
    response = [(lines[1] - lines[0]).ravel() for lines in (one, other)]
    picked = [_generated(model, scene, _picking(chosen)) for chosen in (sequence, waves)]
    same = float((picked[0] == picked[1]).all(axis=-1).mean())
    agrees = float(np.corrcoef(*response)[0, 1])
    return Timed(ours, theirs, agrees, f"{APART_UM:g} µm apart; {same:.1%} of picked tokens the same", extra_mb)


def _picking(settings: GenerationSettings) -> GenerationSettings:
    return settings.model_copy(update={"mode": "picking"})


def _generated(model: Gest, scene: Scene, settings: GenerationSettings) -> np.ndarray:
    """Expression (lines, targets, genes)."""
    found = np.empty((scene.lines, len(scene.target_xy_um), len(model.space.genes)), np.float32)
    for generated in model.generate(scene, settings):
        found[:, generated.targets] = generated.expression
    return found


@cache
def _model(seed: int, quick: bool) -> Gest:
    """GeST-plus of its default size, trained for a minute on one section of the made world."""
    world, family = World(), catalog.module("gest-plus")
    sections = [
        Section.from_anndata(world.section(number, 400 if quick else SECTION_CELLS, f"{number}")) for number in (1, 2)
    ]
    settings = TrainSettings(steps=QUICK_STEPS if quick else STEPS, batch=2 if quick else 8, seed=seed)
    steps: Iterator = family.train_iter(sections[:1], sections[1:], family.config(SMALL if quick else {}), settings)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            model: Gest = end.value
            return model


def _scene(model: Gest, cells: int, seed: int) -> Scene:
    """A round region whose ligands are switched on, the ring of ``cells`` cells around it, and known cells beyond."""
    world = World()
    inside, beyond = round(REGION_SHARE * cells), round(KNOWN_PER_TARGET * cells)
    section = Section.from_anndata(world.section(1000 + seed, inside + cells + beyond, "race"))
    expression, _ = model.space.encode(section)
    middle = section.xy_um.mean(axis=0)
    by_distance = np.argsort(np.linalg.norm(section.xy_um - middle, axis=1), kind="stable")
    region, zone, around = np.split(by_distance, [inside, inside + cells])
    known = np.concatenate([around, region])
    lines = np.stack([expression[known]] * 2)
    switched_on = np.isin(model.space.genes, world.gene_names[world.programs[0].ligands])
    lines[1, len(around) :, switched_on] += 2.0
    return Scene(section.xy_um[known], lines, section.xy_um[zone], expression[zone])


WAVES = Race(
    name="waves",
    title="control and perturbed as waves of windows, GeST-plus of its default size",
    peer="one window after the other",
    unit="cells",
    sizes=SIZES,
    quick_sizes=QUICK_SIZES,
    run=against_sequence,
    least=3.0,
    agreeing=0.99,
)
