"""Trains a model for the benchmark, or takes up the checkpoint that an earlier run has left."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ripple_core.benchmark.task import Options
from ripple_core.models import catalog
from ripple_core.models.contract import Model
from ripple_core.perturb.result import versions
from ripple_core.progress import Progress, told
from ripple_core.section import Section
from ripple_core.training import loop
from ripple_core.training.config import TrainSettings

SMALL_SIZES = {
    "layers": 1,
    "heads": 2,
    "dim": 16,
    "max_cells": 32,
    "meta_cells": 24,
    "components": 6,
    "levels": (4, 2),
    "examples": 300,
    "width": 16,
    "epochs": 4,
}
"""Sizes for --quick, of those that a model's config has."""
SMALL_TRAINING = {"steps": 12, "batch": 2, "evaluate_every": 6}


@dataclass(frozen=True)
class Plan:
    """What is trained on what: a model of the catalog with settings of its own, on sections that share their genes."""

    model: str
    training: list[Section]
    validation: list[Section]
    name: str
    minutes: float
    config: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


def trained(plan: Plan, folder: Path, options: Options) -> Generator[Progress, None, Model]:
    """The trained model of a plan; kept in ``folder`` under its name and a mark of everything that shaped it."""
    family = catalog.module(plan.model)
    config = family.config({**_small(family, options), **plan.config})
    training = {**(SMALL_TRAINING if options.quick else {}), **plan.settings, "seed": options.seed}
    settings = TrainSettings(max_minutes=options.minutes or plan.minutes, device=options.device, **training)
    path = folder / f"{plan.name}-{plan.model}-{_mark(plan, config, settings)}"
    if path.is_dir():
        yield Progress(1, 1, "taking up the trained model")
        return catalog.load(path, options.device)
    state = path.with_name(f".{path.name}.training")
    steps = family.train_iter(plan.training, plan.validation, config, settings, state, state.is_dir())
    model = yield from told(steps, lambda step: Progress(step.done, step.total, f"training, {step.message}"))
    _sign(model, plan, settings)
    model.save(path)
    shutil.rmtree(state, ignore_errors=True)
    return model


def _sign(model: Model, plan: Plan, settings: TrainSettings) -> None:
    """Write into the record what it was trained on, as the trainer does; scores are the benchmark's own."""
    model.record.update(
        sections=[section.name for section in plan.training],
        held_out=[section.name for section in plan.validation],
        cells=sum(len(section) for section in plan.training),
        settings=settings.model_dump(),
        date=datetime.now(UTC).date().isoformat(),
        versions=versions(),
        device=model.device,
    )


def has_field(model: str, name: str) -> bool:
    """Whether the config of a model of the catalog has a field of this name."""
    return name in type(catalog.module(model).config({})).model_fields


def _small(family: Any, options: Options) -> dict[str, Any]:
    """The sizes of --quick that this family has."""
    fields = type(family.config({})).model_fields
    return {name: value for name, value in SMALL_SIZES.items() if options.quick and name in fields}


@cache
def code_mark(model: str) -> str:
    """Eight letters that differ when the code of a model of the catalog, or of training, does."""
    spec = find_spec(catalog.record(model).module)
    folders = [Path(spec.origin).parent] if spec is not None and spec.origin else []
    return folder_mark(*folders, Path(loop.__file__).parent)


def folder_mark(*folders: Path) -> str:
    """Eight letters that differ when the code in these folders does."""
    digest = hashlib.sha256()
    for file in sorted(file for folder in folders for file in folder.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def _mark(plan: Plan, config: Any, settings: TrainSettings) -> str:
    """Eight letters that differ when code, sections, config or settings do."""
    sections = [(s.name, len(s), float(s.counts.sum())) for s in (*plan.training, *plan.validation)]
    values = [
        plan.model,
        code_mark(plan.model),
        sections,
        config.model_dump(mode="json"),
        settings.model_dump(mode="json"),
    ]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:8]
