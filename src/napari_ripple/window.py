"""What is asked of a window: is it open, does somebody work in it just now, is its canvas dark."""

from __future__ import annotations

from typing import Any

import numpy as np
from napari.utils.theme import get_theme
from qtpy.QtCore import QCoreApplication, QThread


def is_open(viewer: Any) -> bool:
    """Whether a viewer is still open; one without a window always is.

    napari still counts a viewer whose window the user has closed, though nothing can be drawn in it any more.
    """
    instances = getattr(type(viewer), "_instances", None)
    if instances is None:
        return True
    try:
        return viewer in instances and viewer.window.geometry() is not None
    except (AttributeError, RuntimeError):
        return False


def is_in_use() -> bool:
    """Whether a user works in a window just now, so that it has to answer; a script before ``napari.run`` may wait."""
    return QCoreApplication.instance() is not None and QThread.currentThread().loopLevel() > 0


def is_dark(viewer: Any) -> bool:
    """Whether the canvas on which cells are drawn is dark, by the theme that is on."""
    return float(np.mean(get_theme(viewer.theme).canvas.as_rgb_tuple()[:3])) < 128


def letters_of(viewer: Any) -> Any:
    """The pictures of the letters on a viewer's canvas, each made when it is first asked for; None without a window, or where
    napari keeps them elsewhere."""
    try:
        fonts = viewer.window._qt_viewer.canvas.font_info()
        return fonts.font_manager.get_font(fonts.face)
    except (AttributeError, RuntimeError):
        return None
