"""Runs actions away from the screen: progress, cancel, stale-result guard, errors shown, calm repaints."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from napari.qt.threading import GeneratorWorker, create_worker
from napari.utils.notifications import notification_manager, show_error
from qtpy.QtCore import QCoreApplication, QTimer

from napari_ripple import actions
from napari_ripple.session import JobState, Session
from napari_ripple.task import Task
from ripple_core.errors import RippleError
from ripple_core.progress import Progress

BATCH_S = 0.033
REPAINT_MS = 33
TURN_S = 0.001


@dataclass(eq=False)
class Running:
    """A task under way: its thread's worker and the flag that asks it to stop."""

    task: Task
    stop: threading.Event
    worker: GeneratorWorker | None = None


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
    running = Running(task, threading.Event())
    worker: GeneratorWorker = create_worker(_batches, task, running.stop)
    running.worker = worker
    _running[session] = running
    worker.yielded.connect(lambda steps: _on_steps(session, running, steps))
    worker.returned.connect(lambda value: _on_return(session, running, value))
    worker.finished.connect(lambda: _on_finished(session, running))
    session.job = JobState("running", task.title, None, time.monotonic())
    worker.start()


def regenerate(session: Session) -> None:
    """Regenerate the surroundings of the active region on another thread."""
    start(session, actions.regenerate_task(session))


def open_section(session: Session, path: str | Path, section: str | None = None, layer: str | None = None) -> None:
    """Read a section file on another thread, then show it."""
    start(session, actions.open_section_task(session, path, section, layer))


def open_model(session: Session, path: str | Path, device: str = "auto") -> None:
    """Load a checkpoint on another thread."""
    start(session, actions.model_task(session, path, device))


def cancel(session: Session) -> None:
    """Ask the job to stop; what it has made is kept."""
    running = _running.get(session)
    if running is not None and session.job.state == "running":
        running.stop.set()
        session.job = replace(session.job, state="cancelling")


def close(session: Session) -> None:
    """Stop the job and forget it: nothing of it reaches the session any more."""
    running = _running.pop(session, None)
    if running is not None:
        running.stop.set()
        if running.worker is not None:
            running.worker.quit()


def report(error: Exception) -> None:
    """Show an error: one written for the user as it is, any other with its traceback."""
    if isinstance(error, RippleError):
        show_error(str(error))
    else:
        notification_manager.receive_error(type(error), error, error.__traceback__)


def _batches(task: Task, stop: threading.Event) -> Generator[tuple[Progress, ...], None, Any]:
    """The task's steps, gathered so that the window is woken at most 30 times a second; errors become a Failure."""
    gathered: list[Progress] = []
    sent = 0.0
    try:
        with spare_core(), short_turns():
            work = task.work(stop.is_set)
            while True:
                try:
                    gathered.append(next(work))
                except StopIteration as end:
                    if gathered:
                        yield tuple(gathered)
                    return end.value
                if time.monotonic() - sent >= BATCH_S:
                    yield tuple(gathered)
                    gathered, sent = [], time.monotonic()
    except Exception as error:  # whatever it is, the user has to see it
        return Failure(error)


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


@contextmanager
def spare_core() -> Iterator[None]:
    """Leave one core to the window while torch computes on this thread; does nothing while torch is not loaded."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1 if os.environ.get("CI") else max(1, (os.cpu_count() or 2) - 1))
    try:
        yield
    finally:
        torch.set_num_threads(before)


_turns = threading.Lock()
_in_turns = [0, 0.0]


@contextmanager
def short_turns() -> Iterator[None]:
    """Let Python's threads take turns every millisecond, so that the window never waits long for this one."""
    with _turns:
        if not _in_turns[0]:
            _in_turns[1] = sys.getswitchinterval()
            sys.setswitchinterval(min(TURN_S, _in_turns[1]))
        _in_turns[0] += 1
    try:
        yield
    finally:
        with _turns:
            _in_turns[0] -= 1
            if not _in_turns[0]:
                sys.setswitchinterval(_in_turns[1])


class Later:
    """Calls a function soon, once for many requests: at most every 33 ms, and at most half of the time.

    What the window draws after a call counts as part of its time. Without a Qt application the function is called at
    once, or, if ``without_qt`` is False, only by :meth:`flush`.
    """

    def __init__(self, call: Callable[[], None], *, without_qt: bool = True) -> None:
        self._without_qt = without_qt
        self._call = call
        self._timer: QTimer | None = None
        self._drawn: QTimer | None = None
        self._began = self._due = 0.0
        self.is_pending = False

    def request(self) -> None:
        """Ask for a call."""
        if self.is_pending:
            return
        self.is_pending = True
        if QCoreApplication.instance() is None:
            if self._without_qt:
                self.flush()
            return
        if self._timer is None:
            self._timer, self._drawn = _single_shot(self.flush), _single_shot(self._rest)
        self._timer.start(max(0, round((self._due - time.monotonic()) * 1e3)))

    def flush(self) -> None:
        """Do now what is asked for."""
        if not self.is_pending:
            return
        self.is_pending = False
        if self._timer is not None:
            self._timer.stop()
        self._began = time.monotonic()
        try:
            self._call()
        finally:
            self._rest()
            if self._drawn is not None:
                self._drawn.start(0)  # the window draws before such a timer is served

    def _rest(self) -> None:
        """Rest as long as the call, and what the window drew after it, have taken until now."""
        now = time.monotonic()
        self._due = now + max(REPAINT_MS / 1e3, now - self._began)
        if self.is_pending and self._timer is not None and self._timer.isActive():
            self._timer.start(round((self._due - now) * 1e3))

    def close(self) -> None:
        """Forget what was asked for, and ask no more."""
        self.is_pending = True
        for timer in (self._timer, self._drawn):
            if timer is not None:
                timer.stop()
        self._timer = self._drawn = None


def _single_shot(call: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(call)
    return timer
