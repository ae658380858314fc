"""A report as text, Markdown and JSON: with date, machine, versions and seed beside every number."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ripple_core.benchmark import pictures
from ripple_core.benchmark.task import Estimate, Options, Report, Table
from ripple_core.files import write_text
from ripple_core.perturb.result import versions

NO_PICTURES = "No picture: matplotlib is not installed (pip install 'napari-ripple[benchmark]')."


def write(report: Report, name: str, folder: Path, options: Options) -> None:
    """Write ``name``.json, ``name``.md and, where matplotlib is installed, ``name``.png, each whole or not at all."""
    facts = {
        "task": name,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "options": options.model_dump(mode="json", exclude={"data"}),
    }
    write_text(folder / f"{name}.json", json.dumps({**facts, **plain(report)}, indent=1, ensure_ascii=False))
    drawn = pictures.draw(report.charts, folder / f"{name}.png")
    write_text(folder / f"{name}.md", markdown(report, facts, f"{name}.png" if drawn else None))


def machine() -> str:
    """Processor, cores and, where there is one, the accelerator."""
    import torch

    processor = next((line.split(":", 1)[1].strip() for line in _cpu_lines() if line.startswith("model name")), "")
    parts = [f"{os.cpu_count()} cores of {processor or platform.processor() or platform.machine()}", platform.system()]
    parts.append(torch.cuda.get_device_name(0) if torch.cuda.is_available() else "no GPU")
    return ", ".join([*parts, f"{torch.get_num_threads()} threads"])


def _cpu_lines() -> list[str]:
    """What Linux says about the processor; nothing elsewhere."""
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def markdown(report: Report, facts: dict[str, Any], picture: str | None) -> str:
    """The report as Markdown."""
    options, found = facts["options"], ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    training = f"{options['minutes']:g} minutes a model" if options["minutes"] else "the task's own"
    made = f"{facts['date']}; {facts['machine']}; {found}; seed {options['seed']}; training: {training}"
    lines = [f"# {report.title}", "", report.protocol, "", f"Made with `ripple benchmark {facts['task']}`: {made}."]
    if options["quick"]:
        lines += ["", "**Made with --quick: this shows that it runs; the numbers mean nothing.**"]
    for table in report.tables:
        lines += ["", f"## {table.title}", "", *table_lines(table)]
    if report.bars:
        lines += ["", "## Bars", "", *(f"- {bar}" for bar in report.bars)]
    if report.paper:
        lines += ["", "## What the paper reports (its figures, not ours)", "", *(f"- {line}" for line in report.paper)]
    notes = [*report.notes, *([NO_PICTURES] if report.charts and picture is None else [])]
    if notes:
        lines += ["", "## Notes", "", *(f"- {note}" for note in notes)]
    if picture:
        lines += ["", f"![{report.title}]({picture})"]
    return "\n".join(lines) + "\n"


def table_lines(table: Table) -> Iterator[str]:
    """The table as Markdown."""
    yield "| " + " | ".join(table.header) + " |"
    yield "|---" * len(table.header) + "|"
    for row in table.rows:
        yield "| " + " | ".join(cell(value).replace("|", "\\|") for value in row) + " |"


def cell(value: Any) -> str:
    """One value as text: three decimals, a dash where there is no number."""
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    return f"{value:.3f}" if math.isfinite(value) else "–"


def plain(value: Any) -> Any:
    """Values that JSON knows; numbers that are not finite become null."""
    if isinstance(value, Estimate):
        return {"value": plain(value.value), "low": plain(value.low), "high": plain(value.high)}
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
