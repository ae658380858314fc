"""What is measured is kept and not measured again; stopping loses only the unit in hand."""

from __future__ import annotations

import json

import pytest

from ripple_core.benchmark import run as running
from ripple_core.benchmark import tasks
from ripple_core.benchmark.task import Bar, Estimate, Options, Report, Table, Task, Unit
from ripple_core.errors import DataError
from ripple_core.progress import Progress


@pytest.fixture
def counted(monkeypatch):
    """A task of three units that says which of them were measured."""
    measured = []

    def measure(job):
        yield Progress(1, 2, "half")
        measured.append(job.unit.dataset)
        return {"value": int(job.unit.dataset), "nothing": float("nan")}

    def summarize(finished, options):
        rows = [(unit.dataset, Estimate(float(found["value"]), 0.0, 9.0)) for unit, found in finished]
        bars = [Bar("three", str(len(rows)), len(rows) == 3)]
        return Report(
            "Counted", "Counting.", [Table("T", ("", "value"), rows)], bars, paper=("theirs",), notes=("left out",)
        )

    units = [Unit(str(number), "knn", 0) for number in range(3)]
    task = Task("counted", "Counted", "Counting.", lambda options: units, measure, summarize)
    monkeypatch.setattr(running, "find", lambda name: task)
    return measured


def finish(steps):
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_finished_units_are_not_measured_again(counted, tmp_path) -> None:
    first = finish(running.run_iter("counted", tmp_path, Options()))
    assert counted == ["0", "1", "2"]
    assert finish(running.run_iter("counted", tmp_path, Options())) == first
    assert counted == ["0", "1", "2"]


def test_other_options_measure_anew(counted, tmp_path) -> None:
    finish(running.run_iter("counted", tmp_path, Options()))
    finish(running.run_iter("counted", tmp_path, Options(minutes=2)))
    assert len(counted) == 6


def test_stopping_keeps_what_is_finished(counted, tmp_path) -> None:
    steps = running.run_iter("counted", tmp_path, Options())
    for _ in range(3):
        next(steps)
    steps.close()
    assert len(list((tmp_path / "counted").iterdir())) == 2
    assert not (tmp_path / "counted.json").exists()
    finish(running.run_iter("counted", tmp_path, Options()))
    assert counted == ["0", "1", "2"]


def test_progress_runs_to_its_end_and_never_back(counted, tmp_path) -> None:
    steps = [(step.done, step.total) for step in running.run_iter("counted", tmp_path, Options())]
    assert steps == sorted(steps)
    assert steps[-1] == (300, 300)


def test_the_written_report_says_when_where_and_what(counted, tmp_path) -> None:
    finish(running.run_iter("counted", tmp_path, Options(seed=5)))
    content = json.loads((tmp_path / "counted.json").read_text())
    assert {"date", "machine", "versions", "options", "tables", "bars", "paper"} <= set(content)
    assert content["options"]["seed"] == 5
    assert content["tables"][0]["rows"][1] == ["1", {"value": 1.0, "low": 0.0, "high": 9.0}]
    text = (tmp_path / "counted.md").read_text()
    for words in ("| 2 | 2.000 [0.000, 9.000] |", "three: 3 – reached", "its figures, not ours", "seed 5", "left out"):
        assert words in text
    kept = json.loads((tmp_path / "counted" / "0--knn--0.json").read_text())
    assert kept["found"]["nothing"] is None


def test_a_broken_unit_says_which_file_to_delete(counted, tmp_path) -> None:
    finish(running.run_iter("counted", tmp_path, Options()))
    (tmp_path / "counted" / "1--knn--0.json").write_text("{")
    with pytest.raises(DataError, match="1--knn--0.json"):
        finish(running.run_iter("counted", tmp_path, Options()))


def test_a_file_in_the_way_and_an_unknown_task_are_refused(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="folder"):
        finish(running.run_iter("speed", tmp_path / "file", Options()))
    with pytest.raises(DataError, match="unseen"):
        tasks.task("dance")
