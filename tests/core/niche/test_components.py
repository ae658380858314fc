"""Principal components in chunks: those of scikit-learn, whatever the chunks, and blocks that count the same."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from ripple_core.niche import components
from ripple_core.niche.components import reduced


@pytest.fixture
def values() -> np.ndarray:
    """Five strong directions among 40 columns, 300 cells, float32."""
    rng = np.random.default_rng(0)
    strong = rng.normal(size=(300, 5)) * [9, 7, 5, 4, 3]
    return (strong @ rng.normal(size=(5, 40)) + rng.normal(size=(300, 40)) + 2).astype(np.float32)


def plain(block: np.ndarray, count: int) -> np.ndarray:
    """The same by scikit-learn, all at once."""
    centered = block.astype(np.float64) - block.mean(axis=0, dtype=np.float64)
    return PCA(count, svd_solver="full").fit_transform(centered / np.sqrt((centered**2).sum(axis=1).mean()))


@pytest.mark.parametrize(("wide", "most"), [(1000, 1e-6), (10, 1e-5)])
@pytest.mark.parametrize("chunk", [7, 4096])
def test_they_are_those_of_all_cells_at_once(values, monkeypatch, wide, most, chunk) -> None:
    monkeypatch.setattr(components, "WIDE", wide)
    monkeypatch.setattr(components, "CELLS_AT_ONCE", chunk)
    np.testing.assert_allclose(reduced([values], seed=0, components=5), plain(values, 5), atol=most)


def test_every_block_counts_the_same_whatever_its_unit() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(100, 3)), rng.normal(size=(100, 8))
    plain = reduced([first, second], seed=0)
    np.testing.assert_allclose(np.abs(reduced([first * 1000 + 5, second], seed=0)), np.abs(plain), atol=1e-4)
    assert plain.shape == (100, 11)
    np.testing.assert_allclose((plain**2).sum(axis=1).mean(), 2.0, rtol=1e-5)


def test_vectors_have_at_most_twenty_components() -> None:
    assert reduced([np.random.default_rng(0).normal(size=(50, 600))], seed=0).shape == (50, 20)
