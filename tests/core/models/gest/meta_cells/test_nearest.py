"""The nearest meta cell against a plain twin in float64, whatever the chunks, the threads and the matrix product."""

from __future__ import annotations

from threading import Thread

import numpy as np
import pytest
import torch

from ripple_core.errors import DataError
from ripple_core.models.gest.meta_cells import nearest
from ripple_core.models.gest.meta_cells.nearest import Nearest, in_chunks

CELLS, GENES, DIMS, TOKENS = 3001, 40, 8, 600


@pytest.fixture(scope="module")
def parts() -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(0)
    mean, scale = rng.normal(size=GENES) * 3, rng.uniform(0.5, 2, GENES)
    components = np.linalg.qr(rng.normal(size=(GENES, DIMS)))[0].T
    return tuple(a.astype(np.float32) for a in (mean, scale, components, rng.normal(size=(TOKENS, DIMS)) * 2))


@pytest.fixture(scope="module")
def cells(parts: tuple[np.ndarray, ...]) -> np.ndarray:
    return (parts[0] + np.random.default_rng(1).normal(size=(CELLS, GENES)) * 2).astype(np.float32)


@pytest.fixture(scope="module")
def plain(parts: tuple[np.ndarray, ...], cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """PCA vectors and the distances (cells, tokens), in float64 and without tricks."""
    mean, scale, components, centroids = (a.astype(np.float64) for a in parts)
    reduced = ((cells - mean) / scale) @ components.T
    return reduced, np.linalg.norm(reduced[:, None] - centroids, axis=2)


@pytest.fixture(params=[True, False], ids=["oneDNN", "torch"])
def product(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param and not nearest.has_onednn():
        pytest.skip("this torch is built without oneDNN")
    monkeypatch.setattr(nearest, "has_onednn", lambda: request.param)


@pytest.mark.usefixtures("product")
def test_it_finds_what_the_plain_twin_finds(parts, cells, plain) -> None:
    found, (reduced, distance) = Nearest.of(*parts), plain
    token = found.tokens(cells)
    assert token.dtype == np.int64
    np.testing.assert_allclose(distance[np.arange(CELLS), token], distance.min(axis=1), rtol=1e-5)
    assert (token == distance.argmin(axis=1)).mean() > 0.999
    np.testing.assert_allclose(found.reduce(cells), reduced, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(found.distances(cells), distance.min(axis=1), rtol=1e-4)
    behind = (distance.min(axis=1, keepdims=True) ** 2 - distance**2) / 2
    np.testing.assert_allclose(found.behind(cells), behind, rtol=1e-3, atol=1e-3)


def test_the_number_of_threads_changes_nothing_and_is_left_as_it_was(parts, cells) -> None:
    found, before, tokens, seen = Nearest.of(*parts), torch.get_num_threads(), [], []
    try:
        for threads in (1, 3):
            torch.set_num_threads(threads)
            tokens.append(found.tokens(cells))
            other = Thread(target=lambda: seen.append(torch.get_num_threads()))
            other.start()
            other.join()
            assert [torch.get_num_threads(), seen[-1]] == [threads, threads], "nor does a thread that comes later"
    finally:
        torch.set_num_threads(before)
    np.testing.assert_array_equal(*tokens)


def test_each_of_several_threads_computes_alone() -> None:
    before, seen = torch.get_num_threads(), []
    try:
        torch.set_num_threads(3)
        in_chunks(lambda chunk: seen.append(torch.get_num_threads()), 9, 1)
    finally:
        torch.set_num_threads(before)
    assert seen == [1] * 9


def test_any_float_array_will_do(parts, cells) -> None:
    found = Nearest.of(*parts)
    expected = found.tokens(cells)
    frozen = cells.copy()
    frozen.setflags(write=False)
    for other in (cells.astype(np.float64), np.asfortranarray(cells), frozen):
        np.testing.assert_array_equal(found.tokens(other), expected)
    assert found.tokens(cells[:0]).shape == (0,)


def test_expression_of_other_genes_is_refused(parts, cells) -> None:
    with pytest.raises(DataError, match="40 genes"):
        Nearest.of(*parts).tokens(cells[:, :7])


def test_an_error_in_a_chunk_is_raised(parts) -> None:
    def work(chunk: slice) -> None:
        raise ValueError(f"chunk at {chunk.start}")

    with pytest.raises(ValueError, match="chunk at"):
        in_chunks(work, 100, 10)
