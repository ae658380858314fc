"""Keep a whole session as one file and open it again: parts says what is in it, store how it lies on the disk."""

from napari_ripple.actions.session_file.keep import (
    Moved,
    open_session,
    open_session_task,
    save_session,
    save_session_task,
)

__all__ = ["Moved", "open_session", "open_session_task", "save_session", "save_session_task"]
