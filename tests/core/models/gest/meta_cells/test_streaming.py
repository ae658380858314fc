"""Learning from chunks against learning from the whole: the same axes, meta cells as good, and no memory for all cells."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.decomposition import PCA

from ripple_core.expression import ExpressionSpace
from ripple_core.io.backed import BackedCounts
from ripple_core.models.gest.meta_cells import streaming, vocabulary
from ripple_core.models.gest.meta_cells.streaming import principal_axes
from ripple_core.models.gest.meta_cells.vocabulary import Vocabulary
from ripple_core.training.chunks import ArrayChunks, EncodedChunks

CELLS, GENES = 3000, 40


@pytest.fixture(autouse=True)
def nothing_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a small tissue counts as larger than the memory, and its sample as a part of it."""
    monkeypatch.setattr(vocabulary, "MOST_IN_MEMORY", 1000)
    monkeypatch.setattr(streaming, "SAMPLE", 1500)


@pytest.fixture(scope="module")
def counts() -> sparse.csr_matrix:
    """Raw counts of ten types of cells, one type after the other: the worst order for what reads a stream."""
    rng = np.random.default_rng(0)
    rates = rng.gamma(0.4, 6.0, (10, GENES))
    return sparse.csr_matrix(rng.poisson(rates[np.sort(rng.integers(10, size=CELLS))]).astype(np.float32))


@pytest.fixture(scope="module")
def space(counts: sparse.csr_matrix) -> ExpressionSpace:
    return ExpressionSpace.fit(counts, pd.Index([f"Gene{i}" for i in range(GENES)]))


def fitted(expression, components: int | None = 12) -> Vocabulary:
    return Vocabulary.fit(
        expression, scale=np.ones(GENES, np.float32), tokens=48, components=components, levels=(12, 4), seed=0
    )


@pytest.mark.filterwarnings("ignore::UserWarning:anndata")
@pytest.mark.parametrize("suffix", [".h5ad", ".zarr"])
def test_from_disk_it_is_as_good_as_from_memory(suffix, counts, space, tmp_path, monkeypatch) -> None:
    data = ad.AnnData(counts, var=pd.DataFrame(index=space.genes))
    data.write_h5ad(tmp_path / "cells.h5ad") if suffix == ".h5ad" else data.write_zarr(tmp_path / "cells.zarr")
    chunks = EncodedChunks(space, [BackedCounts(tmp_path / f"cells{suffix}", cells_at_once=700)])
    streamed, whole = fitted(chunks), np.concatenate(list(chunks))
    monkeypatch.setattr(vocabulary, "MOST_IN_MEMORY", 10**6)
    in_memory = fitted(whole)
    likeness = np.abs((streamed.components[:8] * in_memory.components[:8]).sum(axis=1))
    np.testing.assert_allclose(likeness, 1, atol=1e-3, err_msg="the same axes up to their sign")
    errors = [np.sqrt(((whole - v.quantised(whole)) ** 2).mean(axis=1)).mean() for v in (streamed, in_memory)]
    assert errors[0] == pytest.approx(errors[1], rel=0.03)
    assert [len(np.unique(level)) for level in streamed.levels] == [12, 4]
    assert np.median(streamed.distance_percentile(whole)) == pytest.approx(50, abs=5)
    assert {part.dtype for part in (streamed.mean, streamed.centroids, streamed.expression)} == {np.dtype(np.float32)}


@pytest.mark.parametrize("most", [4096, 10], ids=["covariance", "subspace"])
def test_the_axes_are_scikit_learns(most, counts, space, monkeypatch) -> None:
    monkeypatch.setattr(streaming, "MOST_COVARIANCE_GENES", most)
    whole = np.log1p(counts.toarray())
    oracle = PCA(6, svd_solver="full").fit(whole / space.std)
    chunks = ArrayChunks([whole[:1700], whole[1700:]])
    mean, variance, axes = principal_axes(chunks, space.std, 6, np.random.default_rng(0))
    np.testing.assert_allclose(mean, whole.mean(axis=0), rtol=1e-4)
    np.testing.assert_allclose(variance, oracle.explained_variance_, rtol=1e-3)
    np.testing.assert_allclose(np.abs((axes * oracle.components_).sum(axis=1)), 1, atol=1e-3)


def test_meta_cells_are_the_means_of_their_members(counts) -> None:
    whole = np.log1p(counts.toarray())
    learned = fitted(whole)
    token = learned.tokens(whole)
    away = [np.abs(learned.expression[k] - whole[token == k].mean(axis=0)).max() for k in np.unique(token)]
    assert np.median(away) < 0.1
    np.testing.assert_allclose(learned.reduce(learned.expression), learned.centroids, atol=1e-4)


def test_the_number_of_components_may_be_left_to_the_data(counts) -> None:
    whole = np.log1p(counts.toarray())
    assert 5 <= len(fitted(whole, components=None).components) < 20


@dataclass(frozen=True)
class MadeOnTheWay:
    """Cells that exist only while they are looked at."""

    cells: int
    genes: int = GENES

    def __iter__(self) -> Iterator[np.ndarray]:
        rng = np.random.default_rng(0)
        types = rng.normal(size=(8, self.genes)).astype(np.float32) * 3
        for start in range(0, self.cells, 1000):
            size = min(1000, self.cells - start)
            yield types[rng.integers(8, size=size)] + rng.standard_normal((size, self.genes), dtype=np.float32)


def test_memory_does_not_grow_with_the_cells() -> None:
    peaks = []
    for cells in (4000, 4000, 32_000):  # the first pays for what is loaded once
        tracemalloc.start()
        fitted(MadeOnTheWay(cells))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.5 * peaks[1]
    assert peaks[2] < 32_000 * GENES * 4
