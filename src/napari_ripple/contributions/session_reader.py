"""What napari asks for when a session file is dropped or opened: the viewer's session is restored from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import napari

from napari_ripple.window import is_in_use
from ripple_core.errors import DataError, sentence

SUFFIX = ".ripple"


def get_reader(path: str | Sequence[str]) -> Callable[[str | Sequence[str]], list[Any]] | None:
    """The reader for one session file; None for anything else."""
    return open_kept if isinstance(path, str | Path) and str(path).lower().endswith(SUFFIX) else None


def open_kept(path: str | Sequence[str]) -> list[Any]:
    """Restore the session in the current viewer; it makes the layers itself, so there is none to add.

    A script gets the session, or a DataError, at once. In a window that is in use it is read on another thread.
    """
    from napari_ripple import actions
    from napari_ripple.viewer_link import session_for
    from napari_ripple.work import jobs

    viewer = napari.current_viewer()
    if viewer is None:
        raise DataError(sentence("a viewer", "none", "Open one, or call RippleSession().open_session(path)"))
    if is_in_use():
        jobs.open_session(session_for(viewer), str(path))
    else:
        actions.open_session(session_for(viewer), str(path))
    return [(None,)]
