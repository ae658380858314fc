"""``ripple benchmark``: one or more tasks from words to tables, with what is done kept in a folder."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ripple_core.benchmark.tasks import TASKS
from ripple_core.cli import terminal
from ripple_core.cli.groups import grouped
from ripple_core.cli.options import AsJson, Device

if TYPE_CHECKING:
    from ripple_core.benchmark.task import Report, Table

STOPPED = 130
NARROW = 5
"""Tables of more columns show their estimates without intervals; the files have them."""


@dataclass(frozen=True)
class Chosen:
    """On what is measured, and which models."""

    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", envvar="RIPPLE_DATA", help="Folder of real sections; else made tissue only."),
    ] = None
    datasets: Annotated[str | None, typer.Option(metavar="A,B", help="Only these datasets.")] = None
    models: Annotated[str | None, typer.Option(metavar="A,B", help="Only these models; plain rules stand beside.")] = (
        None
    )


@dataclass(frozen=True)
class Effort:
    """How long it may take, and where it is computed."""

    quick: Annotated[
        bool, typer.Option("--quick", help="Small and hardly trained: shows that it runs, not how good.")
    ] = False
    minutes: Annotated[float | None, typer.Option(help="Training minutes of each model; else the task's own.")] = None
    seed: Annotated[int, typer.Option(help="Same seed: same regions, training and resamples.")] = 0
    device: Device = "auto"


@grouped
def benchmark(
    tasks: Annotated[list[str], typer.Argument(metavar="TASK...", help=f"What to measure: {', '.join(TASKS)}.")],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder for results; what is in it is not measured again.")
    ],
    *,
    effort: Effort,
    chosen: Chosen,
    as_json: AsJson = False,
) -> None:
    """Measure models beside plain rules; prints tables and writes DIR/TASK.json, .md and .png."""
    from ripple_core.benchmark import report, run
    from ripple_core.benchmark.task import Options
    from ripple_core.benchmark.tasks import task

    data, names = str(chosen.data) if chosen.data else None, (_names(chosen.datasets), _names(chosen.models))
    options = Options(data=data, datasets=names[0], models=names[1], **asdict(effort))
    for name in tasks:
        task(name)  # a wrong name is said before anything is measured
    for name in tasks:
        try:
            found = terminal.follow(run.run_iter(name, out, options), name)
        except KeyboardInterrupt:
            terminal.say([f"Stopped. What is finished is in {out}; the same command goes on from there."])
            raise typer.Exit(STOPPED) from None
        if as_json:
            terminal.say_json({"task": name, **report.plain(found)})
        else:
            _say(found, name, out)


def _names(words: str | None) -> tuple[str, ...]:
    """Names apart by commas."""
    return tuple(word.strip() for word in (words or "").split(",") if word.strip())


def _say(found: Report, name: str, out: Path) -> None:
    for table in found.tables:
        terminal.say_table(table.title, table.header, [_row(table, row) for row in table.rows])
    terminal.say(f"bar: {bar}" for bar in found.bars)
    terminal.say(f"the paper's figures, not ours: {line}" for line in found.paper)
    terminal.say(f"note: {note}" for note in found.notes)
    terminal.say(
        f"written: {path}" for path in (out / f"{name}{end}" for end in (".json", ".md", ".png")) if path.is_file()
    )


def _row(table: Table, row: tuple[Any, ...]) -> list[Any]:
    """The cells of a row; wide tables without intervals."""
    from ripple_core.benchmark.report import cell
    from ripple_core.benchmark.task import Estimate

    wide = len(table.header) > NARROW
    return [cell(value.value) if wide and isinstance(value, Estimate) else cell(value) for value in row]
