"""Cached generation keeps its lead over naive recomputing, with the same tokens."""

from __future__ import annotations

import pytest

from ripple_core.benchmark.speed import race


def test_cached_is_several_times_faster_with_the_same_tokens(capsys) -> None:
    result = race(150, known=150)
    with capsys.disabled():
        print(f"\n{result}")
    assert result.same_tokens == 1.0
    assert result.ratio > 2.5


@pytest.mark.slow
def test_a_thousand_cells_are_at_least_ten_times_faster(capsys) -> None:
    result = race(1000)
    with capsys.disabled():
        print(f"\n{result}")
    assert result.same_tokens == 1.0
    assert result.ratio >= 10
