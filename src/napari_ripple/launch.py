"""``ripple view``: opens a viewer with the panels, and a section if one is named."""

from __future__ import annotations

import sys
from pathlib import Path

import napari

from napari_ripple import actions
from napari_ripple.viewer_link import session_for
from napari_ripple.work import jobs

PLUGIN = "napari-ripple"
PANEL = "Ripple"


def open_viewer(section: str | Path | None = None) -> None:
    """Open the viewer and stay until its window is closed."""
    viewer = viewer_with_panels()
    if section is not None:
        actions.open_section(session_for(viewer), section)
    napari.run()
    jobs.close(session_for(viewer))


def viewer_with_panels() -> napari.Viewer:
    """A new viewer with the Ripple panel; errors of scripts keep their traceback, which napari would swallow."""
    hook = sys.excepthook
    viewer = napari.Viewer(title="Ripple")
    sys.excepthook = hook
    viewer.window.add_plugin_dock_widget(PLUGIN, PANEL)
    return viewer
