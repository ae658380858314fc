"""What napari tells the user meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from napari.utils.notifications import notification_manager


@contextmanager
def heard() -> Iterator[list[str]]:
    """The words of every notification that comes inside the block."""
    words: list[str] = []

    def remember(notification: Any) -> None:
        words.append(str(notification.message))

    notification_manager.notification_ready.connect(remember)
    try:
        yield words
    finally:
        notification_manager.notification_ready.disconnect(remember)
