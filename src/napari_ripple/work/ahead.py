"""Begins a run before Regenerate is pressed: once all is chosen and nothing else is under way, so that the first cells are there."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Generator
from typing import Any
from weakref import WeakKeyDictionary

from qtpy.QtCore import QCoreApplication, QTimer

from napari_ripple.actions.simulate.begun import Begun, begin, first_cells, is_quick
from napari_ripple.session import Session
from napari_ripple.work.thread import worker_of
from napari_ripple.work.turns import short_turns, spare_core
from ripple_core.errors import RippleError

LOG = logging.getLogger(__name__)
WATCHED = ("section", "is_complete", "model", "check", "rois", "active_roi", "edits", "settings", "job", "result")
DELAY_MS = 300
"""Who still changes something is waited for."""

_watches: WeakKeyDictionary[Session, Ahead] = WeakKeyDictionary()


def watch(session: Session) -> None:
    """Begin runs of a session ahead from now on."""
    if session not in _watches:
        _watches[session] = Ahead(session)


def taken(session: Session) -> Begun | None:
    """The run that has been begun, if it is the one that would be started now; it is given away only once."""
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
        self._begun: Begun | None = None
        self._stop = threading.Event()
        self._timer: QTimer | None = None
        for name in WATCHED:
            getattr(session.events, name).connect(self._on_change)

    @property
    def is_ready(self) -> bool:
        """Whether a run has been begun."""
        return self._begun is not None

    def take(self) -> Begun | None:
        """Give the begun run away, if it is the one that would be started now."""
        session, begun = self._reference(), self._begun
        self._end()
        return begun if begun is not None and session is not None and begun.fits(session) else None

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
        self._begun = None
        self._stop.set()

    def _on_change(self, *_: Any) -> None:
        """Forget what no longer fits, and look again when the user has made up their mind."""
        session = self._reference()
        if session is None or QCoreApplication.instance() is None:
            return
        if self._begun is not None and self._begun.fits(session):
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
        if session is None or not _is_wanted(session):
            return
        self._stop = stop = threading.Event()
        work = _begun(begin(session), stop, is_quick=is_quick(session.settings))
        worker_of(work, lambda step: None, lambda begun: self._on_return(stop, begun)).start()

    def _on_return(self, stop: threading.Event, begun: Begun | None) -> None:
        session = self._reference()
        if session is not None and begun is not None and not stop.is_set() and begun.fits(session):
            self._begun = begun


def _is_wanted(session: Session) -> bool:
    """Whether a run could be started and would bring something new, and neither job nor check needs the computer."""
    if session.job.is_busy or session.missing_for_regeneration() or session.result_is_current:
        return False
    return session.check is not None and session.check.progress is None


def _begun(start: Callable[[], Begun], stop: threading.Event, *, is_quick: bool) -> Generator[None, None, Begun | None]:
    """The run, on the other thread, and its first cells if they come quickly; what cannot be run is told when it is asked for."""
    yield  # one step of nothing: napari may still quit it here
    try:
        with spare_core(), short_turns():
            begun = start()
            return first_cells(begun) if is_quick and not stop.is_set() else begun
    except RippleError:
        return None
    except Exception:  # whatever it is, the run itself will meet it again and show it
        LOG.debug("No run was begun ahead", exc_info=True)
        return None
