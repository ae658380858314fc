"""One step of a long job: how far it is, what it says, and what it already has."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")
WHOLE = 1000


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


def told(steps: Generator[Progress, Any, T], tell: Callable[[Progress], Progress]) -> Generator[Progress, None, T]:
    """The steps of a job in other words or numbers; gives back what the job gives back."""
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            value: T = stop.value
            return value
        yield tell(step)


def part(step: Progress, start: float, end: float) -> Progress:
    """A step of a part of a job, as a step of the whole in thousandths: the part goes from ``start`` to ``end`` of 1.

    A part of unknown length stands at its start.

    >>> part(Progress(3, 12, "cells"), 0.5, 1.0)
    Progress(done=625, total=1000, message='cells', partial=None)
    """
    return replace(step, done=round(WHOLE * (start + (end - start) * min(step.fraction, 1.0))), total=WHOLE)


def part_of(steps: Generator[Progress, Any, T], start: float, end: float) -> Generator[Progress, None, T]:
    """The steps of a part of a job, each as :func:`part` tells it."""
    return told(steps, lambda step: part(step, start, end))
