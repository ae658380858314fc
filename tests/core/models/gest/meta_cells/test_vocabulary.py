"""Tokens against scikit-learn, and what the vocabulary says about cells far from it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from ripple_core.models.gest.meta_cells.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def cells() -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.normal(size=(6, 30))[rng.integers(6, size=600)] * 3 + rng.normal(size=(600, 30))).astype(np.float32)


@pytest.fixture(scope="module")
def vocabulary(cells: np.ndarray) -> Vocabulary:
    return Vocabulary.fit(cells, scale=np.ones(30, np.float32), tokens=24, components=10, levels=(8, 4), seed=0)


def test_tokens_equal_scikit_learn(cells: np.ndarray, vocabulary: Vocabulary) -> None:
    pca = PCA(n_components=10, svd_solver="randomized", random_state=0).fit(cells)
    kmeans = KMeans(24, n_init=1, max_iter=50, random_state=0).fit(pca.transform(cells))
    assert np.mean(vocabulary.tokens(cells) == kmeans.predict(pca.transform(cells))) > 0.999


def test_meta_cells_are_the_means_of_their_members(cells: np.ndarray, vocabulary: Vocabulary) -> None:
    token = vocabulary.tokens(cells)
    for k in range(len(vocabulary)):
        np.testing.assert_allclose(vocabulary.expression[k], cells[token == k].mean(axis=0), atol=0.35)


def test_levels_nest_from_fine_to_coarse(vocabulary: Vocabulary) -> None:
    assert [len(np.unique(level)) for level in vocabulary.levels] == [8, 4]


def test_far_cells_are_beyond_the_training_distances(cells: np.ndarray, vocabulary: Vocabulary) -> None:
    assert np.median(vocabulary.distance_percentile(cells)) == pytest.approx(50, abs=5)
    assert (vocabulary.distance_percentile(cells[:5] + 40) == 100).all()


def test_a_soft_token_lies_between_the_meta_cells_that_fit(cells: np.ndarray, vocabulary: Vocabulary) -> None:
    hard, soft = vocabulary.quantised(cells), vocabulary.quantised(cells, soft=True)
    np.testing.assert_array_equal(hard, vocabulary.expression[vocabulary.tokens(cells)])
    assert (soft <= vocabulary.expression.max(axis=0) + 1e-4).all()
    assert (soft >= vocabulary.expression.min(axis=0) - 1e-4).all()
    assert ((soft - cells) ** 2).mean() < ((cells.mean(axis=0) - cells) ** 2).mean(), "it still tells cells apart"
    assert np.abs(soft - hard).max() > 1e-3


def test_small_data_shrinks_the_vocabulary() -> None:
    tiny = Vocabulary.fit(
        np.random.default_rng(1).normal(size=(40, 5)).astype(np.float32),
        scale=np.ones(5, np.float32),
        tokens=512,
        components=50,
        levels=(15, 3),
        seed=0,
    )
    assert len(tiny) <= 5
    assert np.isfinite(tiny.expression).all()
