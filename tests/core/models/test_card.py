"""The card and the verdict say plainly whether a model is ahead of the plain rules."""

from __future__ import annotations

from ripple_core.models.card import signal_lines, verdict


def record(own: float, knn: float) -> dict:
    scores = {"gest": own, "no change": 0.0, "kNN": knn}
    return {"held_out": ["s"], "scores": {name: {"per-gene Pearson": value} for name, value in scores.items()}}


def test_ahead_behind_and_unknown() -> None:
    assert "ahead of the best plain rule, kNN (per-gene Pearson 0.200 against 0.100" in verdict(record(0.2, 0.1))
    assert "behind a plain rule, kNN" in verdict(record(0.1, 0.2))
    assert "should not be relied on" in verdict(record(0.1, 0.1))
    assert "no held-out score" in verdict({})


def test_signals_are_listed_where_there_are_some() -> None:
    lines = signal_lines({"signals": [{"read from": ["Ligand"], "answered by": ["+Up", "−Down"]}]})
    assert "| Ligand | +Up, −Down |" in lines
    assert signal_lines({}) == []
