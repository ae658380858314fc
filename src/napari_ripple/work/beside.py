"""Tries the model on hidden cells beside everything else: on another thread, resting while a job runs or is begun, ended by any change."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Generator
from typing import Any
from weakref import WeakKeyDictionary

from qtpy.QtCore import QTimer

from napari_ripple import actions
from napari_ripple.actions.task import Task
from napari_ripple.session import Check, Session
from napari_ripple.work.jobs import Failure
from napari_ripple.work.thread import Worker, worker_of
from napari_ripple.work.turns import is_urgent_under_way, short_turns, spare_core
from ripple_core.errors import RippleError
from ripple_core.progress import Progress

DELAY_MS = 700
"""The window first draws what has been opened."""
LOOK_S = 0.05

_watches: WeakKeyDictionary[Session, Watch] = WeakKeyDictionary()


def look(session: Session) -> None:
    """Make the check fit what the session shows now: call it whenever section, model or job have changed.

    A check starts when section and model are both there, rests while a job runs, and ends when either is another.
    """
    if session not in _watches:
        _watches[session] = Watch(session)
    _watches[session].look()


def close(session: Session) -> None:
    """End what is under way."""
    found = _watches.pop(session, None)
    if found is not None:
        found.close()


def close_all() -> None:
    """Do so for every session."""
    for session in list(_watches):
        close(session)


class Trial:
    """One check under way: its task, and the flags by which its thread is held up or ended."""

    def __init__(self, task: Task, is_resting: bool) -> None:
        self.task = task
        self.stop, self.rest = threading.Event(), threading.Event()
        self.worker: Worker | None = None
        if is_resting:
            self.rest.set()

    def steps(self) -> Generator[Progress, None, Any]:
        """The work, on the other thread; an error comes back as its value."""
        work = self.task.work(self._is_to_stop)
        try:
            with spare_core(), short_turns():
                return None if self._is_to_stop() else (yield from work)
        except Exception as error:  # whatever it is, it is said in the place of the badge
            return Failure(error)

    def _is_to_stop(self) -> bool:
        """Whether to stop; asked after every few cells, it answers only when there is no need to rest."""
        while (self.rest.is_set() or is_urgent_under_way()) and not self._is_over():
            time.sleep(LOOK_S)
        return self._is_over()

    def _is_over(self) -> bool:
        """Whether nobody wants it any more, or napari is about to end and waits for this thread."""
        return self.stop.is_set() or (self.worker is not None and self.worker.abort_requested)


class Watch:
    """The check of one session, whether it waits, runs or rests; it does not keep the session alive."""

    def __init__(self, session: Session) -> None:
        self._reference = weakref.ref(session)
        self._trial: Trial | None = None
        self._worker: Worker | None = None
        self._soon = QTimer()
        self._soon.setSingleShot(True)
        self._soon.setInterval(DELAY_MS)
        self._soon.timeout.connect(self._start)

    def look(self) -> None:
        """Start, hold up or end the check."""
        session = self._reference()
        if session is None:
            return
        if self._trial is not None and self._trial.task.is_stale():
            self._end()
        if self._trial is not None:
            (self._trial.rest.set if session.job.is_busy else self._trial.rest.clear)()
        elif session.section is not None and session.model is not None and session.check is None:
            self._soon.start()

    def close(self) -> None:
        """End the check."""
        self._soon.stop()
        self._end()

    def _end(self) -> None:
        if self._trial is not None:
            self._trial.stop.set()
        if self._worker is not None:
            self._worker.quit()
        self._trial = self._worker = None

    def _start(self) -> None:
        session = self._reference()
        if session is None or session.section is None or session.model is None or session.check is not None:
            return
        trial = Trial(actions.badge_task(session), session.job.is_busy)
        worker = worker_of(
            trial.steps(), lambda step: self._on_step(trial, step), lambda value: self._on_return(trial, value)
        )
        self._trial, self._worker, trial.worker = trial, worker, worker
        session.check = Check(Progress(0, 0))
        worker.start()

    def _on_step(self, trial: Trial, step: Progress) -> None:
        if trial is self._trial:
            trial.task.receive(step)

    def _on_return(self, trial: Trial, value: Any) -> None:
        """Show the badge, or say in its place why there is none."""
        session = self._reference()
        if trial is not self._trial or session is None:
            return
        self._trial = self._worker = None
        if not isinstance(value, Failure):
            trial.task.finish(value)
        elif isinstance(value.error, RippleError):
            session.check = Check(failure=str(value.error))
        else:
            session.check = Check(failure=f"The check failed ({type(value.error).__name__}: {value.error}).")
