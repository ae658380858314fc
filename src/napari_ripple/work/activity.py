"""Shows the session's job in napari's activity dock too; napari's bars may be touched from the main thread only."""

from __future__ import annotations

from typing import Any

from napari.utils import progress
from qtpy.QtCore import QCoreApplication, QTimer

from napari_ripple.session import JobState, Session

EVERY_MS = 500
LATE_MS = 2000
"""A job that is over by then is not worth a bar: to make one holds the window for some tenths of a second."""


class Activity:
    """One bar for one session's job, renewed twice a second, not at every step: each renewal lets the window draw."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.bar: Any = None
        self._timer: QTimer | None = None
        self._is_showing = False
        session.events.job.connect(self._on_job)

    def close(self) -> None:
        """Take the bar away and follow no longer."""
        self.session.events.job.disconnect(self._on_job, missing_ok=True)
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._end()

    def _on_job(self, job: JobState) -> None:
        if not job.is_busy:
            if self._timer is not None:
                self._timer.start(0)  # not here: napari would serve other events in the middle of this one
        elif QCoreApplication.instance() is not None:
            if self._timer is None:
                self._timer = QTimer()
                self._timer.timeout.connect(self._show)
            if not self._timer.isActive():
                self._timer.start(LATE_MS)

    def _show(self) -> None:
        """Make the bar what the job is now."""
        if self._is_showing or self._timer is None:
            return
        self._is_showing = True
        try:
            job = self.session.job
            if not job.is_busy:
                self._timer.stop()
                self._end()
            else:
                self._timer.start(EVERY_MS)
                self._renew(job)
        finally:
            self._is_showing = False

    def _renew(self, job: JobState) -> None:
        step = job.progress
        total = 0 if step is None else int(step.total)
        if self.bar is None:
            self.bar = progress(total=total, desc=job.title)
        if self.bar is None:
            return  # the job has ended while napari let the window draw
        if total != (self.bar.total or 0):
            self.bar.total = total
        if step is not None and total:
            self.bar.update(int(step.done) - self.bar.n)

    def _end(self) -> None:
        bar, self.bar = self.bar, None
        if bar is not None:
            bar.close()
