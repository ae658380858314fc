"""Placebos: as many genes, as strong, never the edited ones; p and FDR by hand and against scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from ripple_core.errors import DataError
from ripple_core.perturb.edits import Edit
from ripple_core.perturb.null import benjamini_hochberg, empirical_p, random_gene_sets

GENES = pd.Index([f"G{i}" for i in range(20)])


def test_placebos_match_the_edit_in_size_and_strength() -> None:
    edit = Edit(kind="lfc", genes={"G0": 1.0, "G1": -2.0, "not here": 5.0}, strength=0.5)
    edited = GENES.isin(["G0", "G1"])
    for (placebo,) in random_gene_sets([edit], edited, GENES, 10, seed=0):
        assert sorted(placebo.genes.values()) == [-2.0, 1.0]
        assert placebo.strength == 0.5
        assert not set(placebo.genes) & {"G0", "G1"}


def test_too_few_genes_left_is_refused() -> None:
    edit = Edit(kind="knockout", genes={f"G{i}": 0.0 for i in range(15)})
    with pytest.raises(DataError, match="null"):
        random_gene_sets([edit], GENES.isin(list(edit.genes)), GENES, 1, seed=0)


def test_empirical_p_counts_placebos_as_strong() -> None:
    placebo = np.array([[0.1, 3.0], [0.2, -3.0], [-0.9, 0.0]])
    none = np.zeros_like(placebo, dtype=bool)
    np.testing.assert_allclose(empirical_p(np.array([0.5, -2.0]), placebo, none), [2 / 4, 3 / 4])


def test_a_placebo_says_nothing_about_genes_it_edited() -> None:
    placebo, edited = np.array([[9.0], [0.1]]), np.array([[True], [False]])
    np.testing.assert_allclose(empirical_p(np.array([1.0]), placebo, edited), [1 / 2])


def test_fdr_equals_scipy() -> None:
    p = np.random.default_rng(0).random(50) ** 2
    np.testing.assert_allclose(benjamini_hochberg(p), false_discovery_control(p))
