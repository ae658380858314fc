"""How many threads to compute with, measured: on a busy computer one thread can be twenty times faster than two."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

REPEATS = 3


def fastest_threads(work: Callable[[], object], choices: tuple[int, ...] | None = None) -> int:
    """The number of threads, among one, all but one, and all, with which ``work`` is done soonest; torch is left with it."""
    everyone = torch.get_num_threads()
    seconds = {}
    for threads in sorted(set(choices or (1, max(1, everyone - 1), everyone)), reverse=True):
        torch.set_num_threads(threads)
        work()
        seconds[threads] = min(_timed(work) for _ in range(REPEATS))
    best = min(seconds, key=lambda threads: seconds[threads])
    torch.set_num_threads(best)
    return best


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
