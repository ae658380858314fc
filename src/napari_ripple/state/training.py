"""What a user wishes to be trained, and how far that training is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pydantic import Field

from ripple_core.models.catalog import DEFAULT
from ripple_core.progress import Progress
from ripple_core.settings import Settings
from ripple_core.training.config import TrainSettings


class TrainWish(Settings):
    """Which model is to be trained, on what, how long, and where it is written."""

    out: str = Field("", description="The folder for the trained model; empty: beside the section's file.")
    sections: tuple[str, ...] = Field(
        (), description="Names of sections of the open file to train on; none: the section that is shown."
    )
    files: tuple[str, ...] = Field((), description="Other section files (.h5ad) to train on.")
    hold_out: tuple[str, ...] = Field(
        (), description="Sections to stop and score by; none: the last of several, or a strip of a single one."
    )
    model: str = Field(DEFAULT, description="Which family of models is trained.")
    start_from: str = Field("", description="A trained model to fine-tune: its genes and sizes are kept; empty: anew.")
    config: dict[str, Any] = Field(default_factory=dict, description="Sizes of the model, where not the usual ones.")
    settings: TrainSettings = Field(TrainSettings(), description="How long and how hard to train.")
    resume: bool = Field(False, description="Go on where an interrupted training of this folder stopped.")


class Look(NamedTuple):
    """One look at a training: step, loss since the last look, loss on held-out cells, seconds so far."""

    step: int
    train: float
    held_out: float
    seconds: float


@dataclass(frozen=True)
class Training:
    """A training: what it was asked for, its last step, what was seen so far, and what came of it.

    Parameters
    ----------
    state
        ``idle`` before the first one; ``stopping`` while it scores and writes the best so far on request; ``done`` also after that.
    started
        When it began (monotonic seconds).
    record
        What the trained model records of itself, scores included; None until it is done.
    words
        What is to be said of its end, in one sentence.
    """

    state: Literal["idle", "running", "stopping", "done", "failed"] = "idle"
    wish: TrainWish = field(default_factory=TrainWish)
    progress: Progress | None = None
    looks: tuple[Look, ...] = ()
    started: float = 0.0
    record: dict[str, Any] | None = None
    words: str = ""

    @property
    def is_busy(self) -> bool:
        """Whether it is under way."""
        return self.state in ("running", "stopping")
