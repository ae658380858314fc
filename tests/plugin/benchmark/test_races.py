"""The viewer's races run, small, in real windows, and become a report with their bars."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from napari_ripple.benchmark import races
from ripple_core import viewers
from ripple_core.benchmark import run
from ripple_core.benchmark.races.race import Race
from ripple_core.benchmark.task import Options
from ripple_core.io.read import read

CELLS = 300


@pytest.mark.parametrize("name", ["recoloring", "frame", "frame-near", "opening"])
def test_a_race_is_run_in_real_windows(qapp: Any, name: str) -> None:
    timed = races.RACES[name].run(CELLS, 0)
    assert timed.ours_s > 0
    assert timed.peer_s > 0
    assert timed.note == ""


def test_the_section_of_the_race_is_a_section(tmp_path: Path) -> None:
    races.section_file(tmp_path / "section.h5ad", CELLS, 0)
    found = read(tmp_path / "section.h5ad")
    assert found.shape == (CELLS, races.GENES)
    assert found.X.sum() == CELLS * races.COUNTS_PER_CELL


def test_the_table_of_a_race_says_whether_its_bar_is_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: Mapping[str, Race] = races.RACES
    monkeypatch.setattr(viewers, "installed", lambda group: offered if group == viewers.RACES else None)
    steps = run.run_iter("viewer", tmp_path, Options(quick=True, datasets=("region",)))
    try:
        while True:
            next(steps)
    except StopIteration as end:
        report = end.value
    assert [row[2] for row in report.tables[0].rows] == [f"{size} cells" for size in races.QUICK_SIZES]
    assert report.tables[0].rows[0][6] == "100.00%"
    assert "at least 1.4" in report.bars[0].text
    assert (tmp_path / "viewer.json").is_file()
    assert len(list((tmp_path / "viewer").glob("*.json"))) == 2
