"""``ripple view``: open the viewer that is installed beside the core."""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from ripple_core.errors import RippleError, sentence

VIEWERS = "ripple.viewer"
"""Entry-point group in which a viewer offers ``open(path or None)``; the core names no screen itself."""


def view(
    section: Annotated[Path | None, typer.Argument(metavar="[SECTION]", help="A section file to open.")] = None,
) -> None:
    """Open the viewer, with a section if one is named."""
    from ripple_core.io.read import read

    viewers = list(entry_points(group=VIEWERS))
    if not viewers:
        raise RippleError(sentence("a viewer", "none installed", 'Install it with: pip install "napari-ripple[pyqt6]"'))
    if section is not None:
        read(section)
    if not _has_display():
        raise RippleError(sentence("a display", "none", "Run it on a desktop, or under xvfb-run"))
    try:
        open_viewer = viewers[0].load()
    except ImportError as error:
        way_out = 'Install a Qt binding with: pip install "napari-ripple[pyqt6]"'
        raise RippleError(sentence("a viewer that starts", f"one that does not ({error})", way_out)) from error
    open_viewer(section)


def _has_display() -> bool:
    """Whether a window can be shown; on Linux without one Qt would end the process."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
