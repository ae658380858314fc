"""The list of benchmark tasks: one file each, imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ripple_core.errors import DataError, sentence

if TYPE_CHECKING:
    from ripple_core.benchmark.task import Task

TASKS = {
    "unseen": "ripple_core.benchmark.tasks.unseen",
    "niche": "ripple_core.benchmark.tasks.niche",
    "annotate": "ripple_core.benchmark.tasks.annotate",
    "perturb-synthetic": "ripple_core.benchmark.tasks.perturb_synthetic",
    "perturb-real": "ripple_core.benchmark.tasks.perturb_real",
    "ablation": "ripple_core.benchmark.tasks.ablation",
    "speed": "ripple_core.benchmark.tasks.speed",
    "viewer": "ripple_core.benchmark.tasks.viewer",
}
"""Name → module with ``TASK``."""


def task(name: str) -> Task:
    """The task of a name; DataError lists the names there are."""
    if name not in TASKS:
        raise DataError(sentence("the name of a benchmark", repr(name), f"Choose among: {', '.join(TASKS)}"))
    found: Task = import_module(TASKS[name]).TASK
    return found
