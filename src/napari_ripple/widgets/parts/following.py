"""Connections that end with their panel: to session events, to Qt signals, and to a call that is put off a little."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from qtpy.QtCore import QEvent, QObject, QTimer
from qtpy.QtWidgets import QWidget

WHILE_RUNNING_MS = 500
"""How often, at most, a panel follows a job under way: whatever it repaints, the window draws the tissue again with it."""


class Followed:
    """The connections of one widget to session events; they end when it is closed, taken out of its dock, or destroyed.

    Parameters
    ----------
    widget
        Whose connections these are.
    inner
        Those of widgets inside, which end together with these.
    """

    def __init__(self, widget: QWidget, inner: tuple[Followed, ...] = ()) -> None:
        self._pairs: list[tuple[Any, Callable[..., Any]]] = []
        self._inner = inner
        self._watch = _Watch(widget, self)
        widget.destroyed.connect(self.close)

    def add(self, signal: Any, slot: Callable[..., Any]) -> None:
        """Connect a slot and remember it."""
        signal.connect(slot)
        self._pairs.append((signal, slot))

    def close(self, *_: object) -> None:
        """Disconnect everything; calling it again does nothing."""
        while self._pairs:
            signal, slot = self._pairs.pop()
            signal.disconnect(slot, missing_ok=True)
        for followed in self._inner:
            followed.close()


class _Watch(QObject):
    """Notices that a widget is closed or has lost its place in a window, and stops its timers and connections.

    From then on Python may throw the widget away at any moment, also in the middle of a slot of one of its children.
    """

    def __init__(self, widget: QWidget, followed: Followed) -> None:
        super().__init__(widget)
        self._followed = weakref.ref(followed)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Look at an event; nothing is held back."""
        if watched is None or event is None:
            return False
        is_out = event.type() == QEvent.Type.ParentChange and watched.parent() is None
        if is_out or event.type() == QEvent.Type.Close:
            followed = self._followed()
            if followed is not None:
                followed.close()
            for timer in watched.findChildren(QTimer):
                timer.stop()
        return False


class Soon(QTimer):
    """Calls a function once, a little later, however often it is asked to.

    With ``only_seen`` it waits until the widget is visible: what nobody sees costs the window no time.
    """

    def __init__(self, widget: QWidget, delay_ms: int, call: Callable[[], None], *, only_seen: bool = False) -> None:
        super().__init__(widget)
        self._is_due = False
        self.setSingleShot(True)
        self.setInterval(delay_ms)
        self.timeout.connect(call)
        if only_seen:
            widget.installEventFilter(self)
        self._widget = widget if only_seen else None

    def request(self) -> None:
        """Ask for a call."""
        if self._widget is not None and not self._widget.isVisible():
            self._is_due = True
        elif not self.isActive():
            self.start()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Catch up when the widget comes into sight; nothing is held back."""
        if event is not None and event.type() == QEvent.Type.Show and self._is_due:
            self._is_due = False
            self.start()
        return False


class Wish:
    """What a Qt signal is connected to: a method of a panel with fixed arguments; it does not keep the panel alive.

    ``takes`` is how many of the signal's values are passed on; None passes all.
    """

    def __init__(self, method: Callable[..., Any], *before: Any, takes: int | None = None, **fixed: Any) -> None:
        self._method = weakref.WeakMethod(method)
        self._before, self._takes, self._fixed = before, takes, fixed

    def __call__(self, *values: Any) -> None:
        method = self._method()
        if method is not None:
            method(*self._before, *values[: self._takes], **self._fixed)
