"""How far a long job is."""

import pytest

from ripple_core.progress import Progress


@pytest.mark.parametrize(("done", "total", "fraction"), [(0, 10, 0.0), (3, 12, 0.25), (5, 5, 1.0), (7, 0, 0.0)])
def test_the_share_done(done, total, fraction):
    assert Progress(done, total).fraction == fraction
