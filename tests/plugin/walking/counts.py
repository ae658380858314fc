"""What must not grow while a user walks: exceptions, widgets, layers, memory."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
from napari.utils.notifications import ErrorNotification, notification_manager
from qtpy.QtCore import QCoreApplication, QEvent
from qtpy.QtWidgets import QApplication, QPushButton, QToolButton

from ripple_core.errors import RippleError


@contextmanager
def errors() -> Iterator[list[BaseException]]:
    """The exceptions that napari has been told of meanwhile; what ripple refuses in words is none."""
    found: list[BaseException] = []

    def note(notification: Any) -> None:
        if isinstance(notification, ErrorNotification) and not isinstance(notification.exception, RippleError):
            found.append(notification.exception)

    notification_manager.notification_ready.connect(note)
    try:
        yield found
    finally:
        notification_manager.notification_ready.disconnect(note)


def widgets() -> int:
    """How many buttons there are, after what was thrown away is gone: panels that leak bring theirs with them."""
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # else only a running event loop does it
    buttons = [one for one in QApplication.allWidgets() if isinstance(one, QPushButton | QToolButton)]
    return sum(not _is_napari_message(one) for one in buttons)


def memory_mb() -> float:
    """What this process takes, after what is free has been given back, where the system can be asked to take it."""
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
    return psutil.Process().memory_info().rss / 1e6


def _is_napari_message(button: Any) -> bool:
    """Whether a button belongs to one of napari's own messages, which come and go by themselves."""
    above = button.parentWidget()
    while above is not None:
        if type(above).__name__ == "NapariQtNotification":
            return True
        above = above.parentWidget()
    return False
