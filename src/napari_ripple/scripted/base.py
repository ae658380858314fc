"""What every room of the scripted session has: the session, and the viewer if there is a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_ripple.session import Session

if TYPE_CHECKING:
    import napari


class Scripted:
    """The session that the calls work on, and its viewer, or None without a window."""

    viewer: napari.Viewer | None
    session: Session

    def _let_the_window_draw(self) -> None:
        if self.viewer is None:
            return
        from qtpy.QtCore import QCoreApplication

        from napari_ripple.viewer_link import link_for

        link_for(self.viewer).flush()
        QCoreApplication.processEvents()
