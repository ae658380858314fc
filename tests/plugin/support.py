"""What the viewer's tests share besides fixtures: a ready session, and a real mouse."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from napari_ripple import actions
from napari_ripple.session import Session
from ripple_core.errors import DataError
from ripple_core.expression import ExpressionSpace
from ripple_core.models.contract import Generated, GenerationSettings, Scene

SQUARE = [[60.0, 60.0], [150.0, 60.0], [150.0, 150.0], [60.0, 150.0]]


def make_ready(session: Session, deg_path: Path, checkpoint: Path) -> Session:
    """Choose a square region, the table's edit and the baseline model."""
    actions.draw_roi(session, SQUARE)
    actions.load_edit(session, deg_path)
    actions.open_model(session, checkpoint)
    actions.set_settings(session, zone_um=40.0)
    return session


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


class SlowMean:
    """A generator that gives every cell the mean of the known ones, one at a time, resting in between."""

    name = "slow mean"
    device = "cpu"

    def __init__(self, space: ExpressionSpace, rest_s: float = 0.002) -> None:
        self.space, self.rest_s = space, rest_s
        self.record: dict[str, Any] = {}

    def save(self, path: str | Path) -> None:
        """There is nothing to save."""
        raise DataError(f"A slow mean is not written to {path}.")

    def generate(self, scene: Scene, settings: GenerationSettings) -> Iterator[Generated]:
        """One cell after the other."""
        mean = scene.known_expression.mean(axis=1)
        for target in range(len(scene.target_xy_um)):
            time.sleep(self.rest_s)
            yield Generated(np.array([target]), mean[:, None])
