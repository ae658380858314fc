"""Hidden regions are generated from the others, never from themselves, and the same for every model."""

from __future__ import annotations

import numpy as np

from ripple_core.benchmark.cases import hidden
from ripple_core.benchmark.cases.hidden import Discs, most_variable, score_iter
from ripple_core.models.baselines.no_change import NoChange, NoChangeConfig
from ripple_core.section import Section

DISCS = Discs((8, 20), 2, seed=4)


def test_one_result_a_region_with_its_cells(knn, section) -> None:
    found = list(score_iter(knn, [section], DISCS))
    assert [(step.done, step.total) for step, _ in found] == [(i, 4) for i in range(1, 5)]
    assert [sums["size"] for _, sums in found] == [8, 8, 20, 20]
    assert all(abs(sums["cells"] - sums["size"]) <= 3 for _, sums in found)


def test_hidden_cells_do_not_enter_their_own_prediction(knn, section) -> None:
    """Other counts in the hidden cells change what is true, and nothing of what is predicted."""
    size, roi = next(iter(DISCS.of(section)))
    inside = roi.contains(section.xy_um)
    counts = section.counts.copy()
    counts[np.flatnonzero(inside)] = 7.0
    spoiled = Section(section.name, counts, section.xy_um, section.genes, section.cells, section.obs)
    first, second = (next(iter(score_iter(knn, [s], Discs((size,), 1, 4))))[1]["genes"] for s in (section, spoiled))
    assert first["p"] == second["p"]
    assert first["t"] != second["t"]


def test_the_mean_of_several_orders_is_scored(gest, section) -> None:
    one, four = (next(iter(score_iter(gest, [section], DISCS, orders=n)))[1]["genes"] for n in (1, 4))
    assert one["t"] == four["t"]
    assert one["p"] != four["p"]


def test_meta_cells_as_input_change_what_is_generated(gest, section) -> None:
    own, meta = (next(iter(score_iter(gest, [section], DISCS, quantised=q)))[1]["genes"]["p"] for q in (False, True))
    assert own != meta


def test_half_of_few_genes_are_the_most_variable(knn, section) -> None:
    marked = most_variable(knn, section)
    assert len(marked) == len(knn.space.genes)
    assert sum(marked) == min(hidden.TOP_GENES, len(marked) // 2)


def test_the_training_mean_has_no_correlation(knn, section) -> None:
    model = NoChange(NoChangeConfig(), knn.space)
    for _, sums in score_iter(model, [section], DISCS):
        np.testing.assert_allclose(sums["genes"]["p"], 0.0, atol=1e-4)
