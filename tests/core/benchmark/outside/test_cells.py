"""What other packages are given to read."""

from __future__ import annotations

import numpy as np

from ripple_core.benchmark.outside.cells import counted, log_normalised


def test_single_cells_have_the_library_size_that_is_asked_for(section) -> None:
    found = log_normalised(section, 10_000)
    np.testing.assert_allclose(np.expm1(found.X.toarray()).sum(axis=1), 10_000, rtol=1e-4)
    assert list(found.var_names) == list(section.genes)


def test_counts_are_copied(section) -> None:
    found = counted(section)
    found.X.data[:] = 0
    assert section.counts.sum() > 0
    assert list(found.obs_names) == list(section.cells)
