"""What the commands write: a bar or plain lines while a job runs, tables when it is done."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table

from ripple_core.progress import Progress

LINE_EVERY_S = 20.0
PIPE_WIDTH = 120
SMALLEST = 0.0005


def follow(steps: Iterator[Progress], title: str) -> Any:
    """Run a long job to its end, showing its progress on stderr; gives what the job returns."""
    console = Console(stderr=True)
    return _as_bar(steps, title, console) if console.is_terminal else _as_lines(steps, title, console)


def _as_bar(steps: Iterator[Progress], title: str, console: Console) -> Any:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        bar = bars.add_task(title, total=None)
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                return end.value
            bars.update(
                bar,
                completed=step.done,
                total=step.total or None,
                description=f"{title}: {step.message}" if step.message else title,
            )


def _as_lines(steps: Iterator[Progress], title: str, console: Console) -> Any:
    """For logs and pipes: a line now and then."""
    last = time.monotonic()
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return end.value
        if time.monotonic() - last > LINE_EVERY_S:
            last = time.monotonic()
            console.print(f"{title}: {_counted(step)}", highlight=False, soft_wrap=True)


def _counted(step: Progress) -> str:
    """How far a step is and what it says, with its count once.

    >>> _counted(Progress(3, 12, "3 of 12 cells regenerated")), _counted(Progress(3, 12, "loss 0.5"))
    ('3 of 12 cells regenerated', '3 of 12 loss 0.5')
    """
    count = f"{step.done} of {step.total or '?'}"
    return step.message if step.message.startswith(count) else f"{count} {step.message}"


def say(lines: Iterable[str]) -> None:
    """Lines of text on stdout."""
    for line in lines:
        print(line)


def say_json(values: Any) -> None:
    """Values as JSON on stdout; numbers that are not finite become null."""
    print(json.dumps(_plain(values), indent=1, ensure_ascii=False, allow_nan=False))


def _plain(values: Any) -> Any:
    """Values that JSON knows."""
    if isinstance(values, Mapping):
        return {str(key): _plain(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [_plain(value) for value in values]
    if isinstance(values, float):
        return float(values) if math.isfinite(values) else None
    return values if isinstance(values, str | int | None) else str(values)


def say_table(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table on stdout, numbers with three decimals, smaller ones as powers of ten, a dash where there is none."""
    table = Table()
    for number, name in enumerate(header):
        table.add_column(name, justify="left" if number == 0 else "right", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    print(f"{title}:")
    console = Console()
    console = console if console.is_terminal else Console(width=PIPE_WIDTH)
    console.print(table)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        if not math.isfinite(value):
            return "–"
        return f"{value:.0e}" if 0 < abs(value) < SMALLEST else f"{value:.3f}"
    return str(value)
