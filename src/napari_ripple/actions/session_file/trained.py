"""The part of a session file that holds training: what is wished for, and what came of the last one."""

from __future__ import annotations

import math
from typing import Any

from pydantic import Field

from napari_ripple.actions.session_file.store import Store
from napari_ripple.session import Session
from napari_ripple.state.training import Look, Training, TrainWish
from ripple_core.settings import Settings

ENDED = ("done", "failed")


class TrainedContent(Settings):
    """Training."""

    wish: TrainWish = Field(description="What is to be trained next.")
    last: TrainWish | None = Field(None, description="What the last training was asked for; None before the first.")
    state: str = Field("idle", pattern="^(idle|done|failed)$", description="How it ended.")
    looks: list[tuple[int, float | None, float | None, float]] = Field(
        default_factory=list, description="Step, loss, loss on held-out cells, seconds."
    )
    record: dict[str, Any] | None = Field(None, description="What the trained model records of itself.")
    words: str = ""


def take(session: Session) -> tuple[TrainWish, Training] | None:
    """The wish and the last training; one under way is not kept, since its folder is and ``resume`` goes on there."""
    wish, last = session.train_wish, session.training
    if last.state not in ENDED:
        return None if wish == TrainWish() else (wish, Training())
    return wish, last


def write(taken: tuple[TrainWish, Training], store: Store) -> dict[str, Any]:
    """As JSON."""
    wish, last = taken
    looks = [(one.step, _known(one.train), _known(one.held_out), one.seconds) for one in last.looks]
    about = {"state": last.state, "looks": looks, "record": last.record, "words": last.words}
    return TrainedContent(wish=wish, last=last.wish, **about).model_dump(mode="json")


def read(content: Any, store: Store) -> tuple[TrainWish, Training]:
    """From JSON."""
    found = TrainedContent(**content)
    if found.state not in ENDED:
        return found.wish, Training()
    looks = tuple(Look(step, _number(train), _number(held), seconds) for step, train, held, seconds in found.looks)
    state: Any = found.state
    return found.wish, Training(state, found.last or TrainWish(), None, looks, 0.0, found.record, found.words)


def give(session: Session, value: tuple[TrainWish, Training] | None) -> None:
    """Show it, unless something is being trained just now."""
    wish, last = value or (TrainWish(), Training())
    session.train_wish = wish
    if not session.training.is_busy:
        session.training = last


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _number(value: float | None) -> float:
    return math.nan if value is None else value
