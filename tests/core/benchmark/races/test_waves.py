"""Waves against the sequence: the same zone, and nearly the same response."""

from __future__ import annotations

from ripple_core.benchmark.races.waves import QUICK_SIZES, WAVES


def test_waves_give_nearly_the_same_response() -> None:
    found = WAVES.run(QUICK_SIZES[-1], 0)
    assert found.agrees > 0.9
    assert "tokens the same" in found.note
