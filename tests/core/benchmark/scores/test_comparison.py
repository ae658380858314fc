"""A lead is counted against the best rule, with its sign, and only with the whole interval."""

from __future__ import annotations

import numpy as np

from ripple_core.benchmark.scores.comparison import lead_table, leads, score_table

NOISE = np.linspace(-0.05, 0.05, 41)
SAMPLES = {
    "gest": {"r": 0.30 + np.concatenate([[0], NOISE]), "error": 1.0 + np.concatenate([[0], NOISE])},
    "knn": {"r": 0.20 + np.concatenate([[0], -NOISE]), "error": 0.8 + np.concatenate([[0], NOISE])},
    "ridge": {"r": 0.10 + np.zeros(42), "error": np.full(42, np.nan)},
}


def test_against_the_best_rule_in_the_right_direction() -> None:
    found = {lead.score: lead for lead in leads(SAMPLES, {"r": 1, "error": -1})}
    assert (found["r"].best_rule, found["error"].best_rule) == ("knn", "knn")
    assert np.isclose(found["r"].difference.value, 0.1)
    assert np.isclose(found["error"].difference.value, -0.2)
    assert not found["r"].behind
    assert found["error"].behind


def test_resamples_that_share_their_noise_give_a_narrow_interval() -> None:
    lead = leads(SAMPLES, {"error": -1})[0].difference
    assert np.isclose(lead.low, lead.high)


def test_no_lead_where_no_rule_stands_beside() -> None:
    assert leads({"gest": SAMPLES["gest"]}, {"r": 1}) == []


def test_tables_hold_every_method_and_say_who_is_ahead() -> None:
    table = score_table("T", SAMPLES, {"r": 1, "error": -1})
    assert [row[0] for row in table.rows] == ["gest", "knn", "ridge"]
    assert table.header == ("", "r ↑", "error ↓")
    assert [row[-1] for row in lead_table("L", leads(SAMPLES, {"r": 1, "error": -1})).rows] == ["ahead", "behind"]
