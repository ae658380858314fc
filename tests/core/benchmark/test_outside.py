"""CellTypist, where it is installed: it learns types from one section and gives them to another."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.benchmark import outside
from ripple_core.niche.labels import labels_of


def test_celltypist_gives_labels_of_the_teachers(sections) -> None:
    pytest.importorskip("celltypist")
    label = labels_of(sections[0], "cell_type")
    label[:50] = ""
    given = outside.celltypist(sections[:1], [label], sections[1], seed=0)
    assert set(given) <= set(label) - {""}
    assert (given == labels_of(sections[1], "cell_type")).mean() > 0.8


def test_single_cells_have_the_library_size_it_asks_for(section) -> None:
    found = outside._single_cells(section)
    np.testing.assert_allclose(np.expm1(found.X.toarray()).sum(axis=1), 10_000, rtol=1e-4)
    assert list(found.var_names) == list(section.genes)
