"""The log of the viewer: what was asked for, by name, and every error, in a small file that starts anew when it is full."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from napari.utils.notifications import ErrorNotification, Notification, NotificationSeverity, notification_manager

from napari_ripple.user import places

FILE, BYTES, OLD_FILES = "napari-ripple.log", 500_000, 2
PACKAGES = ("napari_ripple", "ripple_core")
FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _Handler(RotatingFileHandler):
    """The handler of this module, told from others by its class; a full disk is no reason to disturb the user."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing."""


def path() -> Path:
    """The file."""
    return places.log_folder() / FILE


def start() -> None:
    """Write what the packages log into the file; calling it again does nothing, except where the file has moved."""
    if any(isinstance(one, _Handler) and one.baseFilename == str(path()) for one in _root().handlers):
        return
    stop()
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        handler = _Handler(path(), maxBytes=BYTES, backupCount=OLD_FILES, encoding="utf-8", delay=True)
    except OSError:  # no log is better than no viewer
        return
    handler.setFormatter(logging.Formatter(FORM))
    notification_manager.notification_ready.connect(_on_notification)
    for package in PACKAGES:
        logger = logging.getLogger(package)
        logger.setLevel(min(logger.level or logging.INFO, logging.INFO))
        logger.addHandler(handler)


def stop() -> None:
    """Write no more."""
    notification_manager.notification_ready.disconnect(_on_notification)
    for package in PACKAGES:
        logger = logging.getLogger(package)
        for handler in [one for one in logger.handlers if isinstance(one, _Handler)]:
            logger.removeHandler(handler)
            handler.close()


def last_lines(number: int = 100) -> list[str]:
    """The end of the log; empty where there is none."""
    try:
        return path().read_text(encoding="utf-8", errors="replace").splitlines()[-number:]
    except OSError:
        return []


def _on_notification(notification: Notification) -> None:
    """Note what the user was shown: errors of napari's windows come this way too."""
    if isinstance(notification, ErrorNotification):
        _root().error("%s", notification.message, exc_info=notification.exception)
    elif notification.severity >= NotificationSeverity.WARNING:
        _root().warning("%s", notification.message)


def _root() -> logging.Logger:
    return logging.getLogger(PACKAGES[0])
