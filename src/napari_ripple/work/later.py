"""Calls a painter soon, once for many requests, and the more rarely the longer the window has to wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from qtpy.QtCore import QCoreApplication, QTimer

LEAST_REST_S, LONGEST_REST_S = 0.033, 3.0
FELT_S = 0.050
"""A window that does not answer for longer than this is felt to hang."""


def rest_s(cost_s: float) -> float:
    """How long to rest (seconds) after a call that took ``cost_s``, with what the window drew after it.

    Twice as long as it took. Where it took so long that the user feels it (a large window without a graphics card, a
    busy computer, very many cells) fifteen times as long: there the picture follows slowly, so that the window answers.

    >>> [rest_s(cost) for cost in (0.002, 0.030, 0.080, 1.0)]
    [0.033, 0.06, 1.2, 3.0]
    """
    return max(LEAST_REST_S, 2 * cost_s) if cost_s <= FELT_S else min(15 * cost_s, LONGEST_REST_S)


class Later:
    """Calls a function soon, once for many requests, with a rest after each call that is measured by its cost.

    What the window draws after a call counts as part of it. Without a Qt application the function is called at once,
    or, if ``without_qt`` is False, only by :meth:`flush`.
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

    def hurry(self) -> None:
        """Do not rest before the next call."""
        self._due = 0.0

    def close(self) -> None:
        """Forget what was asked for, and ask no more."""
        self.is_pending = True
        for timer in (self._timer, self._drawn):
            if timer is not None:
                timer.stop()
        self._timer = self._drawn = None

    def _rest(self) -> None:
        """Rest for what the call, and what the window drew after it, have cost until now."""
        now = time.monotonic()
        self._due = now + rest_s(now - self._began)
        if self.is_pending and self._timer is not None and self._timer.isActive():
            self._timer.start(round((self._due - now) * 1e3))


def _single_shot(call: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(call)
    return timer
