"""The ground of a chart on which a rectangle is drawn with the mouse."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from qtpy.QtCore import QRectF, Qt, Signal


class Band(pg.ViewBox):
    """Emits ``boxed`` with the rectangle (in the chart's numbers) that was drawn with the left button."""

    boxed = Signal(QRectF)

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setMouseMode(pg.ViewBox.RectMode)

    def mouseDragEvent(self, ev: Any, axis: Any = None) -> None:
        """Draw the rectangle; at the end tell it."""
        if axis is not None or ev.button() != Qt.MouseButton.LeftButton:
            ev.ignore()
            return
        ev.accept()
        start, end = pg.Point(ev.buttonDownPos(ev.button())), pg.Point(ev.pos())
        if ev.isFinish():
            self.rbScaleBox.hide()
            self.boxed.emit(self.childGroup.mapRectFromParent(QRectF(start, end).normalized()))
        else:
            self.updateScaleBox(start, end)
