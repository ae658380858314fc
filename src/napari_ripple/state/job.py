"""What is under way: the job, the trial of the model on the section, and a file that waits for its section."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ripple_core.progress import Progress

if TYPE_CHECKING:
    from ripple_core.benchmark.badge import Badge


@dataclass(frozen=True)
class JobState:
    """What is being computed: its title, its last step, and when it began (monotonic seconds, pauses not counted).

    ``rested`` is when it was paused, while it is.
    """

    state: Literal["idle", "running", "paused", "cancelling"] = "idle"
    title: str = ""
    progress: Progress | None = None
    started: float = 0.0
    rested: float = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether a job occupies the session."""
        return self.state != "idle"


@dataclass(frozen=True)
class Check:
    """How far the model has been tried on hidden cells of the section, and what came of it: a badge, or why there is none."""

    progress: Progress | None = None
    badge: Badge | None = None
    failure: str = ""


@dataclass(frozen=True)
class Lost:
    """A session file that cannot be opened before its section has been found: both files, as far as is known."""

    file: Path
    section: Path
