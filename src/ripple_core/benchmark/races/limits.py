"""What this machine can do at most, measured: bytes read and matrix products in a second, with the threads at hand."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import torch

REPEATS = 7


def seconds_to_read(size_bytes: int) -> float:
    """Seconds to read so many bytes once, in an array of just that size: what a cache of the machine holds of it, it holds."""
    array = torch.ones(max(1, size_bytes // 4))
    return _median_seconds(array.sum)


def _median_seconds(run: Callable[[], object]) -> float:
    run()
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    return median(seconds)
