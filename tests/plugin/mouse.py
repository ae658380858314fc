"""A real mouse in a real window, and time for the window to answer it."""

from __future__ import annotations

from typing import Any

import numpy as np


def settle(qapp: Any, rounds: int = 10) -> None:
    """Let the window do what is waiting."""
    for _ in range(rounds):
        qapp.processEvents()


class Mouse:
    """Presses, moves and releases the left button at positions of the section (x, y) in µm."""

    def __init__(self, viewer: Any, qapp: Any) -> None:
        from qtpy.QtCore import QEvent, Qt

        self.viewer, self.qapp, self.kinds, self.qt = viewer, qapp, QEvent.Type, Qt
        self.canvas = viewer.window._qt_viewer.canvas

    def pixel(self, x_um: float, y_um: float) -> np.ndarray:
        """Where a position lies on the canvas (x, y) in pixels."""
        layer = self.viewer.layers[0]
        node = self.canvas.layer_to_visual[layer].node
        return np.asarray(node.get_transform("visual", "canvas").map([x_um, y_um]))[:2]

    def send(self, kind: str, x_um: float, y_um: float, *, pressed: bool) -> None:
        """Send one event."""
        from qtpy.QtCore import QPointF
        from qtpy.QtGui import QMouseEvent

        where = QPointF(*self.pixel(x_um, y_um))
        left, none = self.qt.MouseButton.LeftButton, self.qt.MouseButton.NoButton
        button = none if kind == "MouseMove" else left
        widget = self.canvas.native
        event = QMouseEvent(
            getattr(self.kinds, kind),
            where,
            QPointF(widget.mapToGlobal(where.toPoint())),
            button,
            left if pressed else none,
            self.qt.KeyboardModifier.NoModifier,
        )
        self.qapp.sendEvent(widget, event)
        settle(self.qapp, 3)

    def drag(self, path: Any) -> None:
        """Press at the first position, move along the others, release at the last."""
        points = [tuple(map(float, point)) for point in path]
        self.send("MouseMove", *points[0], pressed=False)
        self.send("MouseButtonPress", *points[0], pressed=True)
        for point in points[1:]:
            self.send("MouseMove", *point, pressed=True)
        self.send("MouseButtonRelease", *points[-1], pressed=False)

    def click(self, x_um: float, y_um: float) -> None:
        """Press and release at one position."""
        self.send("MouseMove", x_um, y_um, pressed=False)
        self.send("MouseButtonPress", x_um, y_um, pressed=True)
        self.send("MouseButtonRelease", x_um, y_um, pressed=False)

    def double_click(self, x_um: float, y_um: float) -> None:
        """Click twice, as the end of a polygon."""
        self.click(x_um, y_um)
        self.send("MouseButtonDblClick", x_um, y_um, pressed=True)
        self.send("MouseButtonRelease", x_um, y_um, pressed=False)
