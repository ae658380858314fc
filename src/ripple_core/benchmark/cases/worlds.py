"""Made worlds that no default was chosen on: other mechanisms, and the edits of regions whose true answer is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import anndata as ad
import numpy as np

from ripple_core.benchmark.cases import datasets
from ripple_core.benchmark.cases.datasets import CELLS, MADE_SEED, QUICK_CELLS, QUICK_WORLD
from ripple_core.errors import DataError, sentence
from ripple_core.perturb.editing import edits
from ripple_core.perturb.editing.edits import Edit
from ripple_core.roi import Roi
from ripple_core.section import Section
from ripple_core.synthetic import World, WorldSettings

TEST_SEED = 700


@dataclass(frozen=True)
class MadeWorld:
    """One made world of the benchmark: its mechanism, and how many sections of how many cells are drawn to learn from."""

    name: str
    title: str
    seed: int
    settings: WorldSettings
    cells: int = 4000
    sections: int = 6
    cases: int = 4
    roi_um: float = 80.0
    zone_um: float = 160.0

    @property
    def world(self) -> World:
        """The mechanism."""
        return World(self.seed, self.settings)

    def split(self, seed: int) -> tuple[list[Section], list[Section]]:
        """Sections to learn from, and one to stop and choose by."""
        names = [f"{self.name} {number + 1}" for number in range(self.sections + 1)]
        world = self.world
        drawn = [
            Section.from_anndata(world.section(1000 * seed + number, self.cells, name), name)
            for number, name in enumerate(names)
        ]
        return drawn[:-1], drawn[-1:]


@dataclass(frozen=True)
class Case:
    """An edit of one region of an unseen section, and the world's true answer."""

    section: Section
    roi: Roi
    edit: Edit
    truth: ad.AnnData
    program: int


WORLDS = {
    world.name: world
    for world in (
        MadeWorld("short-reach", "Ligands reach 25 µm, 6 types, 6 domains, 2 programs", 31, WorldSettings(
            diffusion_um=25.0, types=6, domains=6, programs=2)),
        MadeWorld("many-programs", "Ligands reach 40 µm, 8 types, 20 domains, 4 programs of few responders", 32, WorldSettings(
            diffusion_um=40.0, types=8, domains=20, programs=4, responders=9, patch_um=60.0)),
        MadeWorld("long-reach", "Ligands reach 80 µm, 12 types, 10 domains, 3 programs, three of four responders rise", 33, WorldSettings(
            diffusion_um=80.0, types=12, domains=10, programs=3, responders=21, up_share=0.75), zone_um=240.0),
    )
}  # fmt: skip
QUICK = MadeWorld("small", "A small made world", 34, QUICK_WORLD, QUICK_CELLS, 1, 1, 40.0, 50.0)
BEHIND_DATASETS = {
    datasets.MADE.name: MadeWorld("made", datasets.MADE.title, MADE_SEED, WorldSettings(), CELLS, cases=3),
    datasets.QUICK.name: MadeWorld(
        "made-small", datasets.QUICK.title, MADE_SEED, QUICK_WORLD, QUICK_CELLS, 1, 1, 40.0, 50.0
    ),
}
"""The worlds that made datasets are drawn from: their models can be asked for a response whose truth is known."""


def named(name: str) -> MadeWorld:
    """A made world by name."""
    found = {**WORLDS, QUICK.name: QUICK}
    if name not in found:
        raise DataError(sentence("the name of a made world", repr(name), f"Choose among: {', '.join(found)}"))
    return found[name]


def cases(made: MadeWorld, seed: int) -> Iterator[Case]:
    """Regions of sections that nothing was learned from, the programs in turn; a section of its own for each."""
    world = made.world
    for number in range(made.cases):
        draw, name, program = TEST_SEED + 1000 * seed + number, f"unseen {number + 1}", number % len(world.programs)
        tissue = world.tissue(draw, made.cells)
        side = made.settings.pitch_um * np.sqrt(made.cells)
        rng = np.random.default_rng([seed, number, 67])
        middle = rng.uniform(0.35 * side, 0.65 * side, 2)
        roi = Roi.circle((float(middle[0]), float(middle[1])), made.roi_um, name)
        section = Section.from_anndata(world.counts(tissue, draw, name), name)
        yield Case(section, roi, switched_on(world, program), world.truth(tissue, roi, name, program=program), program)


def switched_on(world: World, program: int) -> Edit:
    """The edit that switches a program on."""
    table = world.deg_table(program).rename(columns={"log2FC": "lfc"})
    return edits.from_frame(table, name=f"program {program + 1}")


def without_answer(world: World, program: int, seed: int) -> Edit:
    """The same fold changes given to genes that no cell responds to."""
    free = np.flatnonzero(world.roles == "other")
    values = list(switched_on(world, program).genes.values())
    chosen = np.random.default_rng([seed, 71]).choice(free, len(values), replace=False)
    genes = {str(world.gene_names[gene]): value for gene, value in zip(chosen, values)}
    return Edit(kind="lfc", genes=genes, name="genes that no cell responds to")
