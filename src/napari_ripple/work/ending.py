"""Ends what runs when the last window closes: napari waits for every thread before it lets the program end."""

from __future__ import annotations

from qtpy.QtGui import QGuiApplication

from napari_ripple.work import beside, jobs, training

_watched: list[QGuiApplication] = []


def watch() -> None:
    """From now on, end all work when the last window has been closed; calling it again does nothing."""
    application = QGuiApplication.instance()
    if isinstance(application, QGuiApplication) and application not in _watched:
        application.lastWindowClosed.connect(end)
        application.aboutToQuit.connect(end)
        _watched.append(application)


def end() -> None:
    """Stop every job, check and training; the sessions themselves stay as they are."""
    for room in (jobs, beside, training):
        room.close_all()
