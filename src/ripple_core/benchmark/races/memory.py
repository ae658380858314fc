"""How much memory work takes beyond what there was: what the system says of this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def with_memory(work: Callable[[], T]) -> tuple[T, float | None]:
    """What ``work`` gives, and the most memory (MB) that it held beyond what there was; None where the system does not say."""
    try:
        with open("/proc/self/clear_refs", "w") as marks:
            marks.write("5")  # the peak starts again at what is held now
    except OSError:
        return work(), None
    before = _held_mb("VmRSS")
    result = work()
    return result, max(0.0, _held_mb("VmHWM") - before)


def _held_mb(which: str) -> float:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1e3 for line in status if line.startswith(which))
