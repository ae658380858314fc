"""Chunks are the whole in pieces, from memory and from disk, as often as asked."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.expression import ExpressionSpace
from ripple_core.io.backed import BackedCounts
from ripple_core.section import Section
from ripple_core.training import chunks as module
from ripple_core.training.chunks import ArrayChunks, EncodedChunks, rows_of


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch) -> None:
    monkeypatch.setattr(module, "CELLS_AT_ONCE", 32)


def test_arrays_come_in_pieces_again_and_again() -> None:
    arrays = [np.random.default_rng(i).random((cells, 5)) for i, cells in enumerate((70, 3))]
    chunks = ArrayChunks(arrays)
    assert (chunks.cells, chunks.genes) == (73, 5)
    for _ in range(2):
        pieces = list(chunks)
        assert [piece.shape for piece in pieces] == [(32, 5), (32, 5), (6, 5), (3, 5)]
        np.testing.assert_array_equal(np.concatenate(pieces), np.concatenate(arrays).astype(np.float32))


def test_sections_and_files_are_encoded_as_whole_sections_are(section, tmp_path) -> None:
    taken = Section.from_anndata(section)
    section.write_h5ad(tmp_path / "cells.h5ad")
    space = ExpressionSpace.fit(taken.counts, taken.genes)
    chunks = EncodedChunks(space, [taken, BackedCounts(tmp_path / "cells.h5ad", cells_at_once=50)])
    whole = space.encode(taken)[0]
    assert (chunks.cells, chunks.genes) == (2 * len(taken), len(taken.genes))
    for _ in range(2):
        pieces = list(chunks)
        assert max(map(len, pieces)) == 50
        np.testing.assert_array_equal(np.concatenate(pieces), np.concatenate([whole, whole]))


def test_some_rows_are_gathered_from_where_they_lie() -> None:
    array = np.random.default_rng(0).random((100, 4)).astype(np.float32)
    wanted = np.array([0, 31, 32, 64, 99])
    np.testing.assert_array_equal(rows_of(ArrayChunks([array[:40], array[40:]]), wanted), array[wanted])
