"""Which windows of a step a process computes, in which parts, and what each part counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ripple_core.errors import DataError, sentence
from ripple_core.training.windows import Batch


@dataclass(frozen=True)
class Share:
    """Windows that are computed at once, and how much of the step's loss their mean is: by cells, so that every cell counts alike."""

    batch: Batch
    of_step: float


def shares(whole: Batch, parts: int, rank: int, processes: int) -> list[Share]:
    """The windows of a step that fall to one process, in parts; all parts of all processes are the whole step.

    DataError where there are fewer windows than processes.
    """
    windows = len(whole.token)
    if windows < parts * processes:
        found = f"{windows // parts} for {processes} processes"
        raise DataError(sentence("at least one window a step (batch) for each process", found, "Start fewer processes"))
    edges = np.linspace(0, windows, parts * processes + 1).round().astype(int)
    own = [slice(*edges[number : number + 2]) for number in range(rank, parts * processes, processes)]
    batches = [whole.windows(part) for part in own]
    return [Share(batch, batch.asked / whole.asked) for batch in batches]
