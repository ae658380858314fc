"""Keeps a session automatically while it is worked on, so that a crash loses little."""

from __future__ import annotations

import atexit
import logging
import threading
from typing import Any
from weakref import WeakSet

from qtpy.QtCore import QCoreApplication, QTimer

from napari_ripple.actions.session_file.keep import taken, write_parts
from napari_ripple.actions.session_file.store import Store
from napari_ripple.session import Session
from napari_ripple.user import preferences
from napari_ripple.work import kept
from ripple_core.errors import RippleError

LOG = logging.getLogger(__name__)
WATCHED = (
    "history", "section", "columns", "model", "color_by", "hidden", "label_colors", "view", "second", "pages", "camera",
    "result", "scenarios", "doses", "screen", "comparison", "real", "train_wish", "training", "job",
)  # fmt: skip
PATIENCE_S = 10.0


class Autosave:
    """Keeps one session in a folder of this user's data, some seconds after a change.

    The snapshot is taken on the main thread in milliseconds and written on another one. A session in which nothing
    is open is never written, so that a viewer that is being taken apart wipes nothing.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._store: Store | None = None
        self._thread: threading.Thread | None = None
        self._timer: QTimer | None = None
        self._is_changed = False
        self._failure = ""
        for name in WATCHED:
            getattr(session.events, name).connect(self._on_change)
        _open.add(self)

    def keep(self) -> None:
        """Keep the session now, on another thread; what is still being written is waited for by the next call."""
        if self._thread is not None and self._thread.is_alive():
            self._start_timer()
            return
        self._tell()
        if not self._is_changed or self.session.section is None:
            return
        self._is_changed = False
        self._thread = threading.Thread(target=self._write, args=(taken(self.session),), name="ripple-autosave")
        self._thread.start()

    def close(self) -> None:
        """End it; what the user has made is put with the sessions that have ended."""
        for name in WATCHED:
            getattr(self.session.events, name).disconnect(self._on_change, missing_ok=True)
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.end()

    def end(self) -> None:
        """The same at the end of Python, when there may be no timers any more."""
        _open.discard(self)
        if self._thread is not None:
            self._thread.join(PATIENCE_S)
        if self._store is None:
            return
        if self._is_changed and self.session.section is not None:
            self._write(taken(self.session))
        kept.end(self._store.folder, is_worth_it=is_worth_keeping(self.session))
        self._store = None

    def _on_change(self, *_: Any) -> None:
        self._is_changed = True
        if QCoreApplication.instance() is not None:
            self._start_timer()

    def _start_timer(self) -> None:
        if self._timer is not None and self._timer.isActive():
            return
        seconds = preferences.load().autosave_s
        if not seconds:
            return
        if self._timer is None:
            self._timer = QTimer()
            self._timer.setSingleShot(True)
            self._timer.timeout.connect(self.keep)
        self._timer.start(1000 * seconds)

    def _write(self, parts: dict[str, Any]) -> None:
        """Write a snapshot; a failure is told with the next one, since the user's own work must go on."""
        try:
            if self._store is None:
                folder = kept.begin()
                self._store = Store(folder, folder)
            write_parts(parts, self._store)
        except (RippleError, OSError, TypeError, ValueError) as error:
            LOG.warning("The session was not kept automatically", exc_info=True)
            self._failure = str(error)

    def _tell(self) -> None:
        if self._failure:
            self.session.message = f"The session cannot be kept automatically. {self._failure}"
            self._failure = ""


_open: WeakSet[Autosave] = WeakSet()


@atexit.register
def _end_all() -> None:
    """At the end of Python: what is not ended here was left by a crash."""
    for autosave in list(_open):
        autosave.end()


def is_worth_keeping(session: Session) -> bool:
    """Whether there is something of the user's own in a session."""
    return session.section is not None and bool(session.rois or session.edits or session.result is not None)
