"""What a user sends when something is wrong: the diagnostics on the clipboard, and the log."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QUrl
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QApplication

from napari_ripple.user import diagnostics, log
from napari_ripple.viewer_link import session_for


def copy_diagnostics(viewer: Any) -> str:
    """Put versions, computer, settings and the last lines of the log on the clipboard; gives the text."""
    words = diagnostics.text()
    QApplication.clipboard().setText(words)
    session_for(
        viewer
    ).message = "The diagnostics are on the clipboard: paste them into your report. They hold no data."
    return words


def open_log(viewer: Any) -> None:
    """Show the log in the program that this computer has for text."""
    session_for(viewer).message = f"The log is {log.path()}."
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(log.path())))
