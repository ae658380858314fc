"""The pen that regions are drawn with: its tools, its colour, and a lasso that keeps every corner."""

from __future__ import annotations

from typing import Any, Literal

from napari.layers import Shapes
from napari.settings import get_settings

from napari_ripple.canvas.layers import FILL_ALPHA

Tool = Literal["polygon", "lasso", "rectangle", "ellipse", "brush", "select", "vertices", "pan"]
MODES: dict[str, str] = {
    "polygon": "add_polygon",
    "lasso": "add_polygon_lasso",
    "rectangle": "add_rectangle",
    "ellipse": "add_ellipse",
    "select": "select",
    "vertices": "direct",
    "pan": "pan_zoom",
}
"""What can be taken up, and napari's word for it; the brush is ours, and napari has no word for it."""
TOOLS: dict[str, Tool] = {mode: tool for tool, mode in MODES.items()}  # type: ignore[misc]  # the keys of MODES
CHOOSING = (MODES["select"], MODES["vertices"])


def take_up(viewer: Any, layer: Shapes, tool: Tool) -> None:
    """Let the next drag or clicks in the viewer draw on a layer with a tool."""
    layer.visible = True
    viewer.layers.selection.active = layer
    layer.mode = MODES[tool]


def prepare(layer: Shapes, color: str, edge_um: float) -> None:
    """What the next shape looks like while it is drawn: a line of a colour (``#rrggbb``), nearly clear inside.

    Shapes that are selected keep their colours.
    """
    with layer.block_update_properties():
        layer.current_edge_width = edge_um
        layer.current_edge_color = color
        layer.current_face_color = color + FILL_ALPHA


class WholeLasso:
    """Keeps napari from thinning out a lasso while it is drawn on the layer whose mode is followed.

    napari's setting for this is in the layer's units, so that a small region would vanish. It is borrowed while the
    lasso is taken up, for this moment only: nothing is written to the user's settings file.
    """

    def __init__(self) -> None:
        self._epsilon: float | None = None

    def follow(self, mode: str) -> None:
        """Borrow the setting, or give it back, by the mode that the layer has come into."""
        settings = get_settings().experimental
        if mode != MODES["lasso"]:
            self.give_back()
        elif self._epsilon is None:
            self._epsilon = settings.rdp_epsilon
            _set_silently(settings, 0.0)

    def give_back(self) -> None:
        """Give the user's own setting back."""
        if self._epsilon is not None:
            _set_silently(get_settings().experimental, self._epsilon)
            self._epsilon = None


def _set_silently(settings: Any, epsilon: float) -> None:
    """Set the thinning without the event on which napari writes the settings file."""
    with settings.events.rdp_epsilon.blocker():
        settings.rdp_epsilon = epsilon
