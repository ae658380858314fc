"""Positions: repeats and nearest distances against the plain way."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import cKDTree

from ripple_core import positions


def test_repeats_are_those_that_pandas_finds_row_by_row():
    rng = np.random.default_rng(0)
    xy = rng.integers(-3, 4, (200, 2)).astype(np.float64)
    xy[3] = [-0.0, 0.0]
    sections = rng.choice(["a", "b"], 200)
    np.testing.assert_array_equal(positions.repeats(xy), pd.DataFrame(xy).duplicated())
    table = pd.DataFrame(xy).assign(section=sections)
    np.testing.assert_array_equal(positions.repeats(xy, sections), table.duplicated())


def test_the_nearest_distance_of_a_sample_is_near_that_of_all(monkeypatch):
    xy = np.random.default_rng(1).uniform(0, 1000, (5000, 2))
    exact = positions.nearest(xy)
    assert exact == float(np.median(cKDTree(xy).query(xy, k=2)[0][:, 1]))
    monkeypatch.setattr(positions, "EXACT_CELLS", 4000)
    monkeypatch.setattr(positions, "SAMPLED_CELLS", 2000)
    assert positions.nearest(xy) == pytest.approx(exact, rel=0.05)
    assert positions.is_sampled(5000)
    assert positions.nearest(xy[:1]) == 0.0
