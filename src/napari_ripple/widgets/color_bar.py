"""The colour bar of a number: the colours from low to high with the values at both ends."""

from __future__ import annotations

from qtpy.QtCore import QRectF, QSize, Qt
from qtpy.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_ripple.canvas import colors
from napari_ripple.display import Paint
from napari_ripple.widgets import tones

BAR_HEIGHT, STOPS = 12, 17


class ColorBar(QWidget):
    """A title, a gradient and the values that its two ends stand for."""

    def __init__(self) -> None:
        super().__init__()
        self.kind, self.title, self.limits = "numbers", "", (0.0, 1.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_scale(self, paint: Paint) -> None:
        """Show the colours of a paint of ``numbers`` or of a ``response`` between its limits."""
        self.kind, self.limits, self.title = paint.kind, paint.limits, paint.title
        self.setToolTip(f"{self.title}: {self.limits[0]:.4g} to {self.limits[1]:.4g}")
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
        for place, color in stops(self.kind, tones.is_dark(self)):
            gradient.setColorAt(place, color)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(QRectF(0, line + 2, width, BAR_HEIGHT), 2, 2)
        painter.setPen(tones.mixed(self, 0.66))
        below = QRectF(0, line + BAR_HEIGHT + 4, width, line)
        low, high = self.limits
        painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft), f"{low:.3g}")
        painter.drawText(below, int(Qt.AlignmentFlag.AlignRight), f"{high:.3g}")
        if low == -high:
            painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), "0")
        painter.end()


def stops(kind: str, on_dark: bool) -> list[tuple[float, QColor]]:
    """Places from 0 to 1 and the colours there, as cells have them on such a canvas."""
    table = colors.colorbar(kind, colors.ON_DARK if on_dark else colors.ON_LIGHT)[:: colors.STEPS // STOPS]
    return [(place / (len(table) - 1), QColor.fromRgbF(*map(float, color[:3]))) for place, color in enumerate(table)]
