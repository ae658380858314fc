"""The embedding of sections: every cell, in order, and means over neighbours as a plain loop has them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ripple_core.errors import DataError
from ripple_core.niche.embedding import Embedding, embed_iter, niche_vectors, plain_vectors


def run(steps):
    """What a job returns, and what it yielded."""
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return end.value, seen


def test_progress_counts_all_cells_of_all_draws(gest, sections) -> None:
    embeddings, seen = run(embed_iter(gest, sections, draws=2, seed=0))
    assert [len(one.observed) for one in embeddings] == [400, 400]
    assert (seen[-1].done, seen[-1].total) == (1600, 1600)
    assert seen[-1].message == "800 of 800 cells embedded"
    assert all(step.done > before.done for before, step in pairwise(seen))


def test_draws_are_averaged(gest, section) -> None:
    both = run(embed_iter(gest, [section], draws=2, seed=0))[0][0]
    single = [np.zeros_like(both.place) for _ in range(2)]
    for values, seed in zip(single, (0, 7919)):
        for part in gest.embed(section, seed):
            values[part.cells] = part.place
    np.testing.assert_allclose(both.place, np.mean(single, axis=0), atol=1e-5)
    assert np.abs(single[0] - single[1]).max() > 1e-3


def test_the_mean_over_neighbors_is_that_of_a_plain_loop(section) -> None:
    values = np.random.default_rng(0).normal(size=(len(section), 3))
    found = Embedding(section, values, values, values, values).around(values, 7)
    for cell in (0, 17, 399):
        near = np.argsort(np.linalg.norm(section.xy_um - section.xy_um[cell], axis=1))[:7]
        np.testing.assert_allclose(found[cell], values[near].mean(axis=0), rtol=1e-5)


def test_vectors_have_one_row_a_cell(gest_plus, sections) -> None:
    embeddings, _ = run(embed_iter(gest_plus, sections, draws=1, seed=0))
    for kind in ("guided", "hidden"):
        assert niche_vectors(embeddings, neighbors=10, kind=kind, seed=0).shape == (800, 20)
    plain = plain_vectors(embeddings, neighbors=10, alike_neighbors=50, seed=0)
    assert list(plain) == ["raw expression", "neighbourhood means", "alike means without a model"]
    assert {values.shape for values in plain.values()} == {(800, 20)}


def test_a_model_that_does_not_embed_is_refused(knn, section) -> None:
    with pytest.raises(DataError, match=r"Expected a model that can embed places, found knn\. Choose"):
        next(embed_iter(knn, [section], draws=1, seed=0))
