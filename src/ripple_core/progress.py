"""One step of a long job: how far it is, what it says, and what it already has."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Progress:
    """A step that a long job yields; the job may be stopped after any of them and keeps what it has.

    Parameters
    ----------
    done, total
        Work done and work in all, in the job's own unit (cells, steps); ``total`` may be 0 when it is not known.
    message
        One short line for the user.
    partial
        What became known since the last step, in the type that the job documents; None when there is nothing to show.
    """

    done: int
    total: int
    message: str = ""
    partial: Any = None

    @property
    def fraction(self) -> float:
        """Share of the work done, 0 to 1; 0 where the total is not known.

        >>> Progress(3, 12).fraction
        0.25
        """
        return self.done / self.total if self.total else 0.0


def finished(steps: Generator[Any, None, T]) -> T:
    """The value of a job that is carried out to its end, step by step."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: T = end.value
            return value


def part_of(
    steps: Generator[Progress, None, T], start: float, end: float, whole: int = 1000
) -> Generator[Progress, None, T]:
    """The steps of a part of a job, told as the share from ``start`` to ``end`` of the whole; one of unknown length stands at its start."""
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            value: T = stop.value
            return value
        yield replace(step, done=round(whole * (start + (end - start) * min(step.fraction, 1.0))), total=whole)
