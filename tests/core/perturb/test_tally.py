"""Running mean and spread equal numpy's on all draws at once."""

from __future__ import annotations

import numpy as np

from ripple_core.perturb.tally import Tally


def test_mean_and_spread_equal_numpy() -> None:
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(5, 2, 300, 4))
    tally = Tally(cells=1000, genes=4, lines=2)
    rows = rng.permutation(1000)[:300]
    for draw in draws:
        for part in np.array_split(np.arange(300), 7):
            tally.add(rows[part], draw[:, part])
    np.testing.assert_allclose(tally.mean(rows), draws.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(tally.spread(rows), (draws[:, 1] - draws[:, 0]).std(axis=0, ddof=1), atol=1e-4)
    np.testing.assert_array_equal(tally.cells(), np.sort(rows))
