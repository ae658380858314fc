"""What is installed beside the core to show things in a window, found without naming it, and whether there is a display."""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points
from typing import Any

from ripple_core.errors import RippleError, sentence

VIEWERS = "ripple.viewer"
"""Entry-point group in which a viewer offers ``open(path or None)``; the core names no screen itself."""
RACES = "ripple.viewer.races"
"""Entry-point group in which a viewer offers its races (name → Race) for ``ripple benchmark viewer``."""
WAY_OUT = 'Install it with: pip install "napari-ripple[pyqt6]"'


def installed(group: str) -> Any:
    """What a viewer offers in a group; RippleError says what is missing: a viewer, a display, or a part of the viewer."""
    found = list(entry_points(group=group))
    if not found:
        raise RippleError(sentence("a viewer", "none installed", WAY_OUT))
    if not has_display():
        raise RippleError(sentence("a display", "none", "Run it on a desktop, or under xvfb-run"))
    try:
        return found[0].load()
    except ImportError as error:
        way_out = 'Install a Qt binding with: pip install "napari-ripple[pyqt6]"'
        raise RippleError(sentence("a viewer that starts", f"one that does not ({error})", way_out)) from error


def has_display() -> bool:
    """Whether a window can be shown; on Linux without one Qt would end the process."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
