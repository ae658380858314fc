"""Runs actions away from the screen: progress, pause, cancel, stale-result guard, errors shown."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from napari.utils.notifications import notification_manager, show_error

from napari_ripple import actions
from napari_ripple.actions.task import Task
from napari_ripple.session import JobState, Session
from napari_ripple.user import preferences
from napari_ripple.work import ahead
from napari_ripple.work.cells_file import with_layer
from napari_ripple.work.thread import Worker, worker_of
from napari_ripple.work.turns import short_turns, spare_core
from ripple_core.errors import RippleError
from ripple_core.progress import Progress

BATCH_S = 0.033
LOOK_S = 0.05


@dataclass(eq=False)
class Running:
    """A task under way: its thread's worker and the flags that ask it to stop, or to rest between two steps."""

    task: Task
    stop: threading.Event = field(default_factory=threading.Event)
    rest: threading.Event = field(default_factory=threading.Event)
    worker: Worker | None = None

    def is_to_stop(self) -> bool:
        """Whether it is time to stop: the user wants it, or napari is about to end and waits for this thread."""
        return self.stop.is_set() or (self.worker is not None and self.worker.abort_requested)

    def wait(self) -> None:
        """Rest as long as it is asked for, but not when it is time to stop."""
        while self.rest.is_set() and not self.is_to_stop():
            time.sleep(LOOK_S)


@dataclass(frozen=True)
class Failure:
    """An error of a worker, carried back as a value: napari would swallow a RuntimeError."""

    error: Exception


_running: WeakKeyDictionary[Session, Running] = WeakKeyDictionary()


def start(session: Session, task: Task) -> None:
    """Run a task on another thread; RippleError when another one is under way.

    Its steps reach ``task.receive``, its value ``task.finish``, both on this thread; ``session.job`` follows.
    """
    if session.job.is_busy:
        raise RippleError(f"{session.job.title} is under way. Wait until it is done, or cancel it.")
    running = Running(task)
    running.worker = worker_of(
        _batches(running),
        lambda steps: _on_steps(session, running, steps),
        lambda value: _on_return(session, running, value),
        lambda: _on_finished(session, running),
    )
    _running[session] = running
    session.job = JobState("running", task.title, None, time.monotonic())
    running.worker.start()
    if task.ready:
        _on_steps(session, running, task.ready)


def regenerate(session: Session) -> None:
    """Regenerate the surroundings of the active region on another thread; what has been begun ahead is used."""
    start(session, actions.regenerate_task(session, ahead.taken(session)))


def open_section(session: Session, path: str | Path, section: str | None = None, layer: str | None = None) -> None:
    """Read a section file on another thread, then show it."""
    start(session, with_layer(actions.open_section_task(session, path, section, layer), section))


def open_model(session: Session, path: str | Path, device: str = "auto") -> None:
    """Load a checkpoint on another thread, onto the user's preferred device where none is named."""
    chosen = preferences.load().device if device == "auto" else device
    start(session, actions.model_task(session, path, chosen))


def open_session(session: Session, path: str | Path, section: str | Path | None = None) -> None:
    """Restore a session file, or a folder that was kept automatically, reading it on another thread."""
    start(session, actions.open_session_task(session, path, section))


def save_session(session: Session, path: str | Path) -> None:
    """Write the session as one file, on another thread."""
    start(session, actions.save_session_task(session, path))


def cancel(session: Session) -> None:
    """Ask the job to stop; what it has made is kept."""
    running = _running.get(session)
    if running is not None and session.job.state in ("running", "paused"):
        running.stop.set()
        session.job = replace(session.job, state="cancelling")


def pause(session: Session) -> None:
    """Let the job rest after its present step; what it has made so far is shown and can be read and saved."""
    running = _running.get(session)
    if running is not None and session.job.state == "running":
        running.rest.set()
        session.job = replace(session.job, state="paused", rested=time.monotonic())


def resume(session: Session) -> None:
    """Let a paused job go on; the pause does not count in the time that is left."""
    running = _running.get(session)
    if running is not None and session.job.state == "paused":
        job, rest = session.job, time.monotonic() - session.job.rested
        session.job = replace(job, state="running", started=job.started + rest)
        running.rest.clear()


def pause_or_resume(session: Session) -> None:
    """Pause a job that runs, or let one go on that is paused."""
    (resume if session.job.state == "paused" else pause)(session)


def close(session: Session) -> None:
    """Stop the job and forget it: nothing of it reaches the session any more."""
    running = _running.pop(session, None)
    if running is not None:
        running.stop.set()
        if running.worker is not None:
            running.worker.quit()


def close_all() -> None:
    """Do so for every session."""
    for session in list(_running):
        close(session)


def report(error: Exception) -> None:
    """Show an error: one written for the user as it is, any other with its traceback."""
    if isinstance(error, RippleError):
        show_error(str(error))
    else:
        notification_manager.receive_error(type(error), error, error.__traceback__)


def _batches(running: Running) -> Generator[tuple[Progress, ...], None, Any]:
    """The task's steps, gathered so that the window is woken at most 30 times a second; errors become a Failure."""
    gathered: list[Progress] = []
    sent, last = 0.0, Progress(0, 0)
    try:
        with spare_core(), short_turns():
            work = running.task.work(running.is_to_stop)
            while True:
                if running.rest.is_set() and not running.is_to_stop():
                    gathered += _so_far(running.task, last)
                    if gathered:
                        yield tuple(gathered)
                    gathered, sent = [], time.monotonic()
                    running.wait()
                try:
                    last = next(work)
                except StopIteration as end:
                    if gathered:
                        yield tuple(gathered)
                    return end.value
                gathered.append(last)
                if time.monotonic() - sent >= BATCH_S:
                    yield tuple(gathered)
                    gathered, sent = [], time.monotonic()
    except Exception as error:  # whatever it is, the user has to see it
        return Failure(error)


def _so_far(task: Task, last: Progress) -> list[Progress]:
    """The last step again, with all that has been made so far, if there is anything."""
    partial = task.so_far()
    return [] if partial is None else [replace(last, partial=partial)]


def _on_steps(session: Session, running: Running, steps: tuple[Progress, ...]) -> None:
    if _running.get(session) is not running:
        return
    if running.task.is_stale():
        cancel(session)
        return
    for step in steps:
        running.task.receive(step)
    session.job = replace(session.job, progress=steps[-1])


def _on_return(session: Session, running: Running, value: Any) -> None:
    if _running.get(session) is not running:
        return
    session.job = JobState()
    if isinstance(value, Failure):
        running.task.failed(value.error)
        session.message = str(value.error)
        report(value.error)
        return
    try:
        running.task.finish(value)
    except RippleError as error:
        session.message = str(error)
        report(error)


def _on_finished(session: Session, running: Running) -> None:
    """Leave the session idle however the work ended."""
    if _running.get(session) is running:
        del _running[session]
        if session.job.is_busy:
            session.job = JobState()
