"""Every baseline learned once from the small made sections."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.models import catalog
from ripple_core.models.contract import GenerationSettings, Scene
from ripple_core.section import Section
from ripple_core.training.config import TrainSettings

SMALL = {
    "ridge": {"components": 8, "examples": 600},
    "mlp": {"components": 8, "examples": 600, "width": 16, "epochs": 6},
    "mlp_xy": {"components": 6, "width": 8, "epochs": 5},
    "gp": {"components": 6},
}


def learned(name: str, sections: list[Section], held_out: list[Section], **config):
    """A baseline of the catalog, learned."""
    family = catalog.module(name)
    settings = family.config({**SMALL.get(name, {}), **config})
    steps = family.train_iter(sections, held_out, settings, TrainSettings(seed=3))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.fixture(scope="session")
def baselines(sections: list[Section]) -> dict:
    """Name → model, trained on the first section with the second held out."""
    return {r.name: learned(r.name, sections[:1], sections[1:]) for r in catalog.RECORDS.values() if r.is_baseline}


@pytest.fixture
def scene(sections: list[Section], baselines: dict) -> Scene:
    """Two lines, of 60 known cells that differ in four genes, and 30 targets."""
    expression, _ = baselines["knn"].space.encode(sections[1])
    edited = expression[:60].copy()
    edited[:, :4] += 1.0
    return Scene(sections[1].xy_um[:60], np.stack([expression[:60], edited]), sections[1].xy_um[60:90])


def generated(model, scene, **settings) -> np.ndarray:
    """Expression (lines, targets, genes) in target order."""
    found = np.full((scene.lines, len(scene.target_xy_um), len(model.space.genes)), np.nan)
    for cells in model.generate(scene, GenerationSettings(**settings)):
        found[:, cells.targets] = cells.expression
    return found
