"""Memory that work holds for a moment is seen."""

from __future__ import annotations

import numpy as np

from ripple_core.benchmark.races.memory import with_memory


def test_the_memory_held_for_a_moment_is_seen() -> None:
    result, extra_mb = with_memory(lambda: np.ones(200_000_000, np.uint8)[:10])
    assert len(result) == 10
    assert extra_mb is None or 120 < extra_mb < 300
