"""Carries a task out: unit after unit, each kept as one file and skipped next time, then the report."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ripple_core.benchmark import report
from ripple_core.benchmark.task import Found, Job, Options, Report, Task, Unit
from ripple_core.benchmark.tasks import task as find
from ripple_core.benchmark.training import code_mark
from ripple_core.errors import DataError, sentence
from ripple_core.files import read_json, write_text
from ripple_core.perturb.result import versions
from ripple_core.progress import Progress, told

FORMAT = 1
PARTS = 100
IDENTITY = ("quick", "minutes", "device")
"""Options that change what a unit measures, besides its dataset, model and seed and the model's code."""


def run_iter(name: str, out: str | Path, options: Options) -> Generator[Progress, None, Report]:
    """Measure what is not yet measured, write ``name``.json, .md and .png into ``out``, and return the report.

    Stop it whenever you like: finished units are kept, an interrupted training is taken up where it was last saved, and the same
    call goes on from there. A unit is measured again when the model's code, or an option that shapes it, has changed.
    """
    task, folder = find(name), Path(out)
    if folder.is_file():
        raise DataError(sentence("a folder for the benchmark", f"a file at {folder}", "Pass another --out"))
    units, finished = task.units(options), []
    for number, unit in enumerate(units):
        found = yield from _one(task, Job(unit, options, folder / "checkpoints"), folder, (number, len(units)))
        finished.append((unit, found))
    yield Progress(len(units) * PARTS, len(units) * PARTS, "putting the report together")
    summary = task.summarize(finished, options)
    report.write(summary, name, folder, options)
    return summary


def _one(task: Task, job: Job, folder: Path, place: tuple[int, int]) -> Generator[Progress, None, Found]:
    """What one unit has measured: as kept, or measured now and kept."""
    path = folder / task.name / job.unit.file
    identity = _identity(task, job.unit, job.options)
    kept = _kept(path, identity)
    if kept is not None:
        return kept
    number, count = place

    def tell(step: Progress) -> Progress:
        return Progress(int((number + step.fraction) * PARTS), count * PARTS, f"{job.unit}: {step.message}")

    found: Found = report.plain((yield from told(task.measure(job), tell)))
    write_text(path, json.dumps({**identity, "versions": versions(), "found": found}))
    return found


def _identity(task: Task, unit: Unit, options: Options) -> dict[str, Any]:
    """What a kept unit must agree with to be taken as this one."""
    told = {key: getattr(options, key) for key in IDENTITY}
    code = code_mark(unit.family or unit.model) if task.mark is None else task.mark(unit)
    return {"format": FORMAT, "task": task.name, **asdict(unit), **told, "code": code}


def _kept(path: Path, identity: dict[str, Any]) -> Found | None:
    """What a file keeps of this unit; None when there is none, or one of other options."""
    if not path.is_file():
        return None
    content = read_json(path, "a measured unit", f"Delete {path}, so that it is measured again")
    if not isinstance(content, dict) or any(content.get(key) != value for key, value in identity.items()):
        return None
    found = content.get("found")
    return found if isinstance(found, dict) else None
