"""Opens another panel of the plugin beside the one that is there."""

from __future__ import annotations

from typing import Any

PLUGIN = "napari-ripple"


def open_panel(viewer: Any, name: str) -> Any:
    """Show the panel of this display name (``Ripple train``) as a tab beside the others; gives its widget."""
    dock, widget = viewer.window.add_plugin_dock_widget(PLUGIN, name, tabify=True)
    dock.show()
    dock.raise_()
    return widget
