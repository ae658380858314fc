"""The colour bar of a number: the colours from low to high with the values at both ends."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import QRectF, QSize, Qt
from qtpy.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_ripple.widgets import tones

BAR_HEIGHT = 12


class ColorBar(QWidget):
    """A title, a gradient and the values that its two ends stand for."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.limits = "", (0.0, 1.0)
        self._colors: tuple[QColor, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_scale(self, colors: Sequence[Sequence[float]], limits: tuple[float, float], title: str) -> None:
        """Show colours (levels, 3 or 4) in 0 to 1 from ``limits[0]`` to ``limits[1]``."""
        self._colors = tuple(QColor.fromRgbF(*(float(part) for part in list(color)[:3])) for color in colors)
        self.limits, self.title = limits, title
        self.setToolTip(f"{title}: {limits[0]:.4g} to {limits[1]:.4g}")
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines of text and the bar between them."""
        return QSize(200, 2 * self.fontMetrics().height() + BAR_HEIGHT + 6)

    def minimumSizeHint(self) -> QSize:
        """The same height at any width."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw title, gradient and numbers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line, width = self.fontMetrics().height(), self.width()
        painter.setPen(tones.mixed(self, 1.0))
        title = self.fontMetrics().elidedText(self.title, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRectF(0, 0, width, line), int(Qt.AlignmentFlag.AlignLeft), title)
        gradient = QLinearGradient(0, 0, width, 0)
        for index, color in enumerate(self._colors):
            gradient.setColorAt(index / max(len(self._colors) - 1, 1), color)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(QRectF(0, line + 2, width, BAR_HEIGHT), 2, 2)
        painter.setPen(tones.mixed(self, 0.66))
        below = QRectF(0, line + BAR_HEIGHT + 4, width, line)
        low, high = self.limits
        if low < 0 < high:
            painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), "0")
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), f"{low:.3g}")
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), f"{high:.3g}")
        if low == -high:
            painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), "0")
        painter.end()
