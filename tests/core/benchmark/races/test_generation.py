"""The races of the decoder compare what they say they compare; ratios are guarded with wide margins, never seconds."""

from __future__ import annotations

import pytest

from ripple_core.benchmark.races import generation
from ripple_core.benchmark.races.race import Race, in_turns

HERE = (generation.CACHED, generation.LIMIT, generation.LINES)


@pytest.mark.parametrize("race", HERE, ids=[race.name for race in HERE])
def test_a_race_ends_with_what_it_compares(race: Race) -> None:
    found = race.run(race.quick_sizes[-1], 0)
    assert found.ours_s > 0
    assert found.peer_s > 0
    if race.agreeing is not None:
        assert found.agrees == 1.0


def test_cached_generation_keeps_its_lead(capsys) -> None:
    """A guard for every change: ten times at 60 cells of the paper's size, where some twenty are measured."""
    found = generation.against_naive(60, 0)
    with capsys.disabled():
        print(f"\ncached against naive, 60 cells: {found.ratio:.1f} times, {found.agrees:.0%} of tokens the same")
    assert found.agrees == 1.0
    assert found.ratio > 5


def test_another_library_is_left_out_where_it_is_missing(monkeypatch) -> None:
    monkeypatch.setattr(generation, "find_spec", lambda name: None)
    assert generation.against_transformers(12, 0) is None


@pytest.mark.parametrize("precision", ["half", "int8"])
def test_lighter_weights_pick_nearly_the_same_tokens(precision) -> None:
    net, asked = generation.network(0, quick=True), generation.window(24, 0)
    assert generation._same_tokens(net, asked, precision) > 0.8


def test_runners_take_turns() -> None:
    order = []
    seconds = in_turns(lambda: order.append("a"), lambda: order.append("b"), repeats=3)
    assert order == ["a", "b"] * 4
    assert len(seconds) == 2
