"""Begins a run before Regenerate is pressed: once all is chosen and no job is under way, so that the first cells are there."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any
from weakref import WeakKeyDictionary

from qtpy.QtCore import QCoreApplication, QTimer

from napari_ripple.actions.simulate.begun import Begun, Coming, begin, first_cells, is_quick
from napari_ripple.session import Session
from napari_ripple.state.choices import same
from napari_ripple.work.thread import worker_of
from napari_ripple.work.turns import goes_first, short_turns, spare_core
from ripple_core.errors import RippleError

LOG = logging.getLogger(__name__)
WATCHED = ("section", "is_complete", "model", "rois", "active_roi", "edits", "settings", "job", "result")
DELAY_MS = 150
"""Who still changes something is waited for."""

_watches: WeakKeyDictionary[Session, Ahead] = WeakKeyDictionary()


def watch(session: Session) -> None:
    """Begin runs of a session ahead from now on."""
    if session not in _watches:
        _watches[session] = Ahead(session)


def taken(session: Session) -> Coming | None:
    """The run that has been begun, or is being begun, if it is the one that would be started now; it is given away only once."""
    found = _watches.get(session)
    return None if found is None else found.take()


def close(session: Session) -> None:
    """End it, and forget what has been begun."""
    found = _watches.pop(session, None)
    if found is not None:
        found.close()


class Ahead:
    """The run of one session that is begun ahead; it does not keep the session alive."""

    def __init__(self, session: Session) -> None:
        self._reference = weakref.ref(session)
        self._inputs: tuple[Any, ...] = ()
        self._coming: Coming | None = None
        self._stop = threading.Event()
        self._timer: QTimer | None = None
        for name in WATCHED:
            getattr(session.events, name).connect(self._on_change)

    @property
    def is_ready(self) -> bool:
        """Whether a run has been begun."""
        return self._coming is not None and self._coming.done() and self._coming.result() is not None

    def take(self) -> Coming | None:
        """Give the run away, if it is the one that would be started now."""
        coming = self._coming if self._fits() else None
        if coming is not None:
            self._stop = threading.Event()  # whoever takes it ends it
        self._end()
        return coming

    def close(self) -> None:
        """End it."""
        session = self._reference()
        for name in WATCHED if session is not None else ():
            getattr(session.events, name).disconnect(self._on_change, missing_ok=True)
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._end()

    def _end(self) -> None:
        self._inputs, self._coming = (), None
        self._stop.set()

    def _fits(self) -> bool:
        """Whether what has been begun is what would be started now."""
        session = self._reference()
        return session is not None and self._coming is not None and same(self._inputs, session.inputs())

    def _on_change(self, *_: Any) -> None:
        """Forget what no longer fits, and look again when the user has made up their mind."""
        session = self._reference()
        if session is None or QCoreApplication.instance() is None or self._fits():
            return
        self._end()
        if not _is_wanted(session):
            return
        if self._timer is None:
            self._timer = QTimer()
            self._timer.setSingleShot(True)
            self._timer.timeout.connect(self._start)
        self._timer.start(DELAY_MS)

    def _start(self) -> None:
        session = self._reference()
        if session is None or not _is_wanted(session) or self._fits():
            return
        self._inputs, self._coming, self._stop = session.inputs(), Future(), threading.Event()
        work = _begun(begin(session), self._coming, self._stop, is_quick=is_quick(session.settings))
        worker_of(work, lambda step: None, lambda value: None).start()


def _is_wanted(session: Session) -> bool:
    """Whether a run could be started and would bring something new, and no job needs the computer."""
    return not (session.job.is_busy or session.missing_for_regeneration() or session.result_is_current)


def _begun(
    start: Callable[[], Begun], coming: Coming, stop: threading.Event, *, is_quick: bool
) -> Generator[None, None, None]:
    """Begin the run, on the other thread, with its first cells if they come quickly; what cannot be run is told when it is asked for."""
    yield  # one step of nothing: napari may still quit it here
    if stop.is_set() or not coming.set_running_or_notify_cancel():
        return
    begun = None
    try:
        with spare_core(), short_turns(), goes_first():
            begun = start()
            begun = first_cells(begun) if is_quick and not stop.is_set() else begun
    except RippleError:
        begun = None
    except Exception:  # whatever it is, the run itself will meet it again and show it
        LOG.debug("No run was begun ahead", exc_info=True)
        begun = None
    coming.set_result(begun)
