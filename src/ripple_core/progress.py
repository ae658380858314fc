"""One step of a long job: how far it is, what it says, and what it already has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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
