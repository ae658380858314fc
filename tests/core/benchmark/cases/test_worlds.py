"""Worlds of the benchmark are others than the default, and their idle edits touch no gene that anything responds to."""

from __future__ import annotations

import numpy as np

from ripple_core.benchmark.cases import worlds
from ripple_core.synthetic import World, WorldSettings


def test_no_world_is_one_that_defaults_were_chosen_on() -> None:
    assert all(made.seed != 0 for made in worlds.WORLDS.values())
    assert len({made.settings.diffusion_um for made in worlds.WORLDS.values()}) == len(worlds.WORLDS)
    assert all(made.settings != WorldSettings() for made in worlds.WORLDS.values())


def test_every_world_can_be_drawn() -> None:
    for made in worlds.WORLDS.values():
        assert len(made.world.programs) == made.settings.programs


def test_cases_are_unseen_sections_with_their_truth() -> None:
    made = worlds.QUICK
    training, validation = made.split(0)
    case = next(worlds.cases(made, 0))
    assert not any(np.array_equal(case.section.xy_um, s.xy_um) for s in (*training, *validation))
    assert list(case.section.cells) == list(case.truth.obs_names)
    assert case.roi.contains(case.section.xy_um).sum() > 10
    edited = set(case.truth.var_names[case.truth.var["edited"]])
    assert set(case.edit.genes) == edited


def test_the_idle_edit_changes_nothing_but_genes_without_an_answer() -> None:
    world = World(3)
    idle = worlds.without_answer(world, 1, seed=0)
    roles = dict(zip(world.gene_names, world.roles))
    assert {roles[gene] for gene in idle.genes} == {"other"}
    assert sorted(idle.genes.values()) == sorted(worlds.switched_on(world, 1).genes.values())
