"""What a user has chosen, step by step: taken back, made again, and remembered as commands."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from napari_ripple.state.choices import CHOICES, Choices, Command, same
from napari_ripple.state.evented import Choice, SessionEvents
from napari_ripple.state.picking import Picking
from napari_ripple.state.scenario import Scenario
from ripple_core.perturb.editing.edits import Edit
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi

LOG = logging.getLogger(__name__)
UNDO_DEPTH, UNDO_BYTES = 100, 1_000_000_000
MERGE_S = 1.0


class Undoable:
    """Choices with the steps that led to them, and the commands of everything that was asked for."""

    rois = Choice[Mapping[str, Roi]]()
    active_roi = Choice[str | None]()
    edits = Choice[tuple[Edit, ...]]()
    settings = Choice[PerturbSettings]()
    picking = Choice[Picking | None]()
    scenarios = Choice[tuple[Scenario, ...]]()
    label_colors = Choice[Mapping[str, str]]()
    names = Choice[Mapping[tuple[str, str], Mapping[str, str]]]()

    def __init__(self) -> None:
        self.events = SessionEvents(self)
        self.choices = Choices()
        self.commands: list[Command] = []
        self._undo: list[Choices] = []
        self._redo: list[Choices] = []
        self._last_merge: tuple[str | None, float] = (None, 0.0)

    def choose(self, command: Command | None = None, **changes: Any) -> None:
        """Change choices as one undoable step, remembered as ``command``; nothing happens where nothing changes.

        Steps whose commands share a ``merge`` word become one, within a second and if nothing else came between.
        """
        after = replace(self.choices, **changes)
        if after.active_roi not in after.rois:
            after = replace(after, active_roi=next(iter(after.rois), None))
        if same(after, self.choices):
            return
        merge = None if command is None else command.merge
        last, when = self._last_merge
        now = time.monotonic()
        if merge is not None and merge == last and now - when <= MERGE_S:
            self.commands.pop()
        else:
            self._undo = _remembered([*self._undo, self.choices], after)
        if command is not None:
            self.commands.append(command)
            LOG.info("%s", command.name)
        self._last_merge = (merge, now)
        self._redo.clear()
        self._become(after)

    def end_step(self) -> None:
        """Let the next choice be a step of its own."""
        self._last_merge = (None, 0.0)

    def undo(self) -> bool:
        """Take back the last choice; False when there is none."""
        return self._step(self._undo, self._redo)

    def redo(self) -> bool:
        """Make the choice again that was taken back; False when there is none."""
        return self._step(self._redo, self._undo)

    @property
    def can_undo(self) -> bool:
        """Whether there is a choice to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether there is a choice to make again."""
        return bool(self._redo)

    def past(self) -> tuple[tuple[Choices, ...], tuple[Choices, ...]]:
        """The choices that undo and redo go to, the nearest ones last."""
        return tuple(self._undo), tuple(self._redo)

    def go_back_to(self, now: Choices, undo: tuple[Choices, ...] = (), redo: tuple[Choices, ...] = ()) -> None:
        """Take up choices with their history, as a session file has kept them."""
        self._undo, self._redo = list(undo)[-UNDO_DEPTH:], list(redo)
        self.end_step()
        self._become(now)

    def rewrite(self, change: Callable[[Choices], Choices]) -> None:
        """Change the choices of now and of all steps, for what comes or goes by itself: it is no step and cannot be taken back.

        Steps between which nothing is different any more become one.
        """
        now = change(self.choices)
        self._undo = _steps(now, map(change, reversed(self._undo)))
        self._redo = _steps(now, map(change, reversed(self._redo)))
        self.end_step()
        self._become(now)

    def record(self, name: str, /, merge: str | None = None, **arguments: Any) -> None:
        """Remember a command for the script; one with the same ``merge`` word as the last replaces it."""
        self.end_step()
        if merge is not None and self.commands and self.commands[-1].merge == merge:
            self.commands.pop()
        self.commands.append(Command(name, arguments, merge))
        LOG.info("%s", name)

    def _step(self, source: list[Choices], target: list[Choices]) -> bool:
        if not source:
            return False
        target.append(self.choices)
        self.end_step()
        self._become(source.pop())
        return True

    def _become(self, after: Choices) -> None:
        before, self.choices = self.choices, after
        for name in CHOICES:
            if not same(getattr(before, name), getattr(after, name)):
                getattr(self.events, name).emit(getattr(after, name))
        self.events.history.emit()


def _remembered(steps: list[Choices], now: Choices) -> list[Choices]:
    """The last steps that can be taken back: so many, and so far back as results that were removed since fit into ``UNDO_BYTES``."""
    held, size, kept = {id(scenario.result) for scenario in now.scenarios}, 0, 0
    for step in reversed(steps[-UNDO_DEPTH:]):
        removed = {id(one.result): one.bytes for one in step.scenarios if id(one.result) not in held}
        held, size = held | removed.keys(), size + sum(removed.values())
        if size > UNDO_BYTES:
            break
        kept += 1
    return steps[len(steps) - kept :]


def _steps(now: Choices, others: Iterable[Choices]) -> list[Choices]:
    """Steps away from now, the nearest given first and put last, each of which differs from the one before."""
    kept = [now]
    for other in others:
        if not same(other, kept[-1]):
            kept.append(other)
    return kept[:0:-1]
