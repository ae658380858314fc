"""Placebo gene sets: as many genes, as strong, of like expression, never the edited ones; their sums."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ripple_core.errors import DataError
from ripple_core.perturb.chance.null import ALIKE, GenePlacebos, random_gene_sets
from ripple_core.perturb.editing.edits import Applied, Edit

GENES = pd.Index([f"G{i}" for i in range(20)])
MANY = pd.Index([f"G{i}" for i in range(200)])
LEVEL = np.linspace(0, 3, len(GENES))


def test_placebos_match_the_edit_in_size_and_strength() -> None:
    edit = Edit(kind="lfc", genes={"G0": 1.0, "g1": -2.0, "not here": 5.0}, strength=0.5)
    edited = GENES.isin(["G0", "G1"])
    for (placebo,) in random_gene_sets([edit], edited, GENES, LEVEL, 10, seed=0):
        assert sorted(placebo.genes.values()) == [-2.0, 1.0]
        assert placebo.strength == 0.5
        assert not set(placebo.genes) & {"G0", "G1"}


def test_each_placebo_gene_is_expressed_about_as_much_as_its_original() -> None:
    level = np.random.default_rng(0).permutation(len(MANY)) / 50.0
    rank = np.argsort(np.argsort(level))
    edit = Edit(kind="lfc", genes={f"G{i}": float(i) for i in range(6)})
    edited = MANY.isin(list(edit.genes))
    drawn = set()
    for (placebo,) in random_gene_sets([edit], edited, MANY, level, 30, seed=0):
        for gene, value in placebo.genes.items():
            assert abs(rank[MANY.get_loc(gene)] - rank[int(value)]) <= 2 * max(ALIKE, 0.1 * len(MANY))
            drawn.add((gene, value))
    assert len(drawn) > 60


def test_too_few_genes_left_is_refused() -> None:
    edit = Edit(kind="knockout", genes={f"G{i}": 0.0 for i in range(15)})
    with pytest.raises(DataError, match="null"):
        random_gene_sets([edit], GENES.isin(list(edit.genes)), GENES, LEVEL, 1, seed=0)


def applied(*genes: int) -> Applied:
    edited = np.isin(np.arange(40), genes)
    return Applied(np.zeros((3, 40), np.float32), edited, (), (), ())


def test_sums_of_placebos_find_the_gene_and_the_cells_that_answer_only_the_edit() -> None:
    rng = np.random.default_rng(0)
    targets = np.arange(10, 60)
    placebos = GenePlacebos(applied(0), [applied(1 + i) for i in range(8)], targets, cells=80)
    lines = rng.normal(0, 0.1, (10, 50, 40))
    lines[1, :, 5:10] += 2.0
    lines[1:, :, 0] += 9.0
    for part in np.split(np.arange(50), 5):
        placebos.add(targets[part], lines[:, part])
    p = placebos.p_of_genes()
    assert np.isnan(p[0])
    assert (p[5:10] < 0.01).all()
    assert (np.delete(p, [0, 5, 6, 7, 8, 9]) < 0.05).mean() < 0.25
    assert (placebos.p_of_cells(targets) < 0.01).all()
    assert placebos.done == 8


def test_the_edited_genes_do_not_make_a_cell_respond() -> None:
    rng = np.random.default_rng(1)
    targets = np.arange(50)
    placebos = GenePlacebos(applied(0), [applied(1 + i) for i in range(8)], targets, cells=50)
    lines = rng.normal(0, 0.1, (10, 50, 40))
    lines[1, :, 0] += 50.0
    placebos.add(targets, lines)
    assert (placebos.p_of_cells(targets) < 0.05).mean() < 0.2


def test_the_spread_is_that_of_the_placebos_that_leave_a_gene_alone() -> None:
    rng = np.random.default_rng(2)
    targets = np.arange(50)
    placebos = GenePlacebos(applied(0), [applied(1 + i) for i in range(4)], targets, cells=50)
    lines = rng.normal(0, 0.1, (6, 50, 40))
    for _ in range(2):
        placebos.add(targets, lines)
    spread = placebos.spread_of_genes()
    means = (lines[2:] - lines[0]).mean(axis=1)
    assert np.isnan(spread[0])
    assert spread[20] == pytest.approx(np.sqrt((means[:, 20] ** 2).mean()))
    assert spread[2] == pytest.approx(np.sqrt((means[[0, 2, 3], 2] ** 2).mean())), "the second placebo edits it"
