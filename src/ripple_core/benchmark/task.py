"""What a benchmark task is: units of work, how one is measured, and how what was measured becomes a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field

from ripple_core.models import catalog
from ripple_core.progress import Progress
from ripple_core.settings import Settings

Found = dict[str, Any]
Given = TypeVar("Given")


class Options(Settings):
    """What every task is told."""

    quick: bool = Field(
        False, description="A small made tissue and hardly any training: whether it runs, not how good it is."
    )
    data: str | None = Field(None, description="Folder of real sections; without it only made tissue is used.")
    datasets: tuple[str, ...] = Field((), description="Names of datasets; none: all that are here.")
    models: tuple[str, ...] = Field((), description="Names of models; none: every model of the catalog.")
    minutes: float | None = Field(None, gt=0, description="Training minutes of each model; None: the task's own.")
    seed: int = Field(0, ge=0, description="Same seed, same device: same regions, same training, same resamples.")
    device: str = Field("auto", description="Where to compute: auto, cpu, cuda or mps.")

    def chosen(self, beside: Sequence[str] | None = None) -> list[str]:
        """The models asked for, trained ones first; plain rules (``beside``, or all) are added unless some are named."""
        records = [catalog.record(name) for name in self.models] or list(catalog.RECORDS.values())
        trained = [record.name for record in records if not record.is_baseline]
        named = [record.name for record in records if record.is_baseline and self.models]
        rules = [name for name, record in catalog.RECORDS.items() if record.is_baseline]
        return trained + (named or [name for name in rules if beside is None or name in beside])


@dataclass(frozen=True)
class Unit:
    """The smallest piece that is measured and kept: one model on one dataset with one seed.

    ``family`` is the model's name in the catalog where ``model`` names a variant of it.
    """

    dataset: str
    model: str
    seed: int
    family: str = ""

    @property
    def file(self) -> str:
        """Name of the file that keeps it."""
        return re.sub(r"[^\w.+-]", "-", f"{self.dataset}--{self.model}--{self.seed}") + ".json"

    def __str__(self) -> str:
        return f"{self.dataset} · {self.model}"


@dataclass(frozen=True)
class Job:
    """One unit in hand: the options of the run, and the folder for checkpoints."""

    unit: Unit
    options: Options
    folder: Path


@dataclass(frozen=True)
class Estimate:
    """A number with the interval that holds 95 % of its resamples; without resamples the interval is None."""

    value: float
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.value != self.value:
            return "–"
        return f"{self.value:.3f}" if self.low is None else f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True)
class Table:
    """A table of text, numbers and estimates."""

    title: str
    header: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Bar:
    """What was to be reached, what was found, and whether that is enough."""

    text: str
    found: str
    reached: bool

    def __str__(self) -> str:
        return f"{self.text}: {self.found} – {'reached' if self.reached else 'missed'}"


@dataclass(frozen=True)
class Chart:
    """A picture: named series of points (x, estimate); x is text for bars and a number for lines; ``by_factors``: logarithmic."""

    title: str
    x_title: str
    y_title: str
    series: dict[str, list[tuple[Any, Estimate]]]
    by_factors: bool = False


@dataclass(frozen=True)
class Report:
    """What a task has found; ``paper`` are the paper's figures as text, marked as such; ``notes`` what was left out and why."""

    title: str
    protocol: str
    tables: list[Table]
    bars: list[Bar] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    paper: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """One benchmark.

    Parameters
    ----------
    name, title
        How it is asked for, and how it is shown.
    protocol
        What is done, in a few sentences.
    units
        The units of these options, in the order in which they are measured.
    measure
        Measures one unit: yields Progress and returns plain JSON values, from which every score follows.
    summarize
        Turns all finished units, each with what was measured, into a report.
    mark
        Letters that differ when the code that a unit measures does; None: the code of the unit's model.
    """

    name: str
    title: str
    protocol: str
    units: Callable[[Options], list[Unit]]
    measure: Callable[[Job], Generator[Progress, None, Found]]
    summarize: Callable[[list[tuple[Unit, Found]], Options], Report]
    mark: Callable[[Unit], str] | None = None
