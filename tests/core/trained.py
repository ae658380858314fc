"""A small made world and models trained on it for seconds, shared by tests of several folders."""

from __future__ import annotations

import pytest

from ripple_core.section import Section
from ripple_core.synthetic import World, WorldSettings
from ripple_core.trainer import train

SMALL_WORLD = WorldSettings(genes=60, types=4, programs=1, ligands=4, responders=8, counts_per_cell=200)
SMALL_GEST = {"layers": 2, "heads": 4, "dim": 32, "max_cells": 64, "meta_cells": 32, "components": 10, "levels": (6, 3)}


@pytest.fixture(scope="session")
def world() -> World:
    return World(seed=0, settings=SMALL_WORLD)


@pytest.fixture(scope="session")
def sections(world: World) -> list[Section]:
    return [Section.from_anndata(world.section(seed, 400)) for seed in range(2)]


@pytest.fixture(scope="session")
def section(sections: list[Section]) -> Section:
    return sections[1]


@pytest.fixture(scope="session")
def gest(sections: list[Section]):
    return train(sections, "gest", config=SMALL_GEST, steps=30, batch=4, evaluate_every=10, device="cpu")


@pytest.fixture(scope="session")
def gest_plus(sections: list[Section]):
    return train(sections, "gest-plus", config=SMALL_GEST, steps=30, batch=4, evaluate_every=10, device="cpu")


@pytest.fixture(scope="session")
def knn(sections: list[Section]):
    return train(sections, "knn")
