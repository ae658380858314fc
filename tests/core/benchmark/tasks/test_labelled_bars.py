"""The bars of niche and annotate: reached with the whole interval, by the model's own doing, and not otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.benchmark.task import Options, Unit
from ripple_core.benchmark.tasks import annotate, niche

RNG = np.random.default_rng(2)
PATCH = RNG.integers(0, 12, 600)
TRUE = RNG.integers(0, 3, 600)
UNIT = Unit("made-small-cell_type", "gest", 0)
OPTIONS = Options(quick=True)


def wrong(share: float) -> list[int]:
    """The true labels, a share of them replaced by others."""
    return np.where(RNG.random(600) < share, (TRUE + 1) % 3, TRUE).tolist()


@pytest.mark.parametrize(
    ("mine", "listened", "reached"), [(0.1, 0.5, True), (0.1, 0.0, False), (0.3, 0.5, False), (0.5, 0.5, False)]
)
def test_annotation(mine, listened, reached) -> None:
    given = {"gest": wrong(mine), annotate.RULE: wrong(0.3), "CellTypist": wrong(0.0)}
    found = {"labels": ["a", "b", "c"], "true": TRUE.tolist(), "patch": PATCH.tolist(), "given": given}
    report = annotate.summarize([(UNIT, {**found, "listened_to": {"model": listened}})], OPTIONS)
    assert [bar.reached for bar in report.bars] == [reached]
    assert f"listened to by {listened:.0%}" in report.bars[0].found
    assert report.tables[1].rows[0][2] == "CellTypist", "the table holds it against the best rule of all"
    assert not any(note.startswith("CellTypist: skipped") for note in report.notes)


@pytest.mark.parametrize(("mine", "reached"), [(0.1, True), (0.2, False), (0.4, False)])
def test_niches(mine, reached) -> None:
    groups = {"gest": mine, "gest, hidden state": 0.6, "raw expression": 0.5, "neighbourhood means": 0.2}
    starts = {method: [wrong(share), wrong(share)] for method, share in groups.items()}
    found = {"labels": ["a", "b", "c"], "label": TRUE.tolist(), "patch": PATCH.tolist(), "groups": starts}
    report = niche.summarize([(UNIT, found)], OPTIONS)
    assert [bar.reached for bar in report.bars] == [reached]
    assert [row[0] for row in report.tables[0].rows] == list(groups)
