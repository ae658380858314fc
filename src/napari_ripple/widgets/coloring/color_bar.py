"""The colour bar of a number: the colours from low to high, the values at both ends, and what zero and no value look like."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_ripple.canvas import colors
from napari_ripple.display.paint import Paint
from napari_ripple.widgets.parts import tones

BAR_HEIGHT, STOPS, SWATCH = 12, 17, 9


class ColorBar(QWidget):
    """A title, a gradient and the values that its two ends stand for."""

    def __init__(self) -> None:
        super().__init__()
        self.kind, self.title, self.limits = "numbers", "", (0.0, 1.0)
        self._paint: Paint | None = None
        self.notes: list[tuple[str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_scale(self, paint: Paint) -> None:
        """Show the colours of a paint of ``numbers`` or of a ``response`` between its limits."""
        self._paint, self.kind, self.limits, self.title = paint, paint.kind, paint.limits, paint.title
        self.notes = notes(paint, on_dark=tones.is_dark(self))
        words = [f"{self.title}: {self.limits[0]:.4g} to {self.limits[1]:.4g}", *(words for _, words in self.notes)]
        self.setToolTip("\n".join(words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Two lines of text with the bar between them, and a line for each note."""
        return QSize(200, (2 + len(self.notes)) * self.fontMetrics().height() + BAR_HEIGHT + 6)

    def minimumSizeHint(self) -> QSize:
        """The same height at any width."""
        return QSize(120, self.sizeHint().height())

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow the theme: cells of which nothing was counted have another colour on a white canvas."""
        super().changeEvent(event)
        paint: Paint | None = getattr(self, "_paint", None)  # Qt asks before there is one
        if paint is not None and event is not None and tones.is_theme_change(event):
            self.show_scale(paint)

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
        for place, (swatch, words) in enumerate(self.notes):
            top = 2 * line + BAR_HEIGHT + 5 + place * line
            painter.setBrush(QColor(swatch))
            painter.drawRoundedRect(QRectF(0.5, top + 2, SWATCH, SWATCH), 2, 2)
            words = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, width - SWATCH - 6)
            painter.drawText(QRectF(SWATCH + 6, top, width, line), int(Qt.AlignmentFlag.AlignLeft), words)
        painter.end()


def notes(paint: Paint, *, on_dark: bool) -> list[tuple[str, str]]:
    """A colour and what it means, for cells that are not on the bar: those with nothing, and those without a value."""
    found = []
    if paint.n_quiet:
        low = paint.limits[0]
        words = "nothing counted" if low == 0 else f"{low:.3g} or less"
        found.append((colors.QUIET if on_dark else colors.QUIET_ON_LIGHT, f"{words}: {_cells(paint.n_quiet, paint)}"))
    if paint.n_unknown:
        found.append((colors.UNKNOWN, f"no value: {_cells(paint.n_unknown, paint)}"))
    return found


def _cells(n: int, paint: Paint) -> str:
    return f"{n:,} cell{'' if n == 1 else 's'} ({n / max(1, len(paint.values)):.0%})"


def stops(kind: str, on_dark: bool) -> list[tuple[float, QColor]]:
    """Places from 0 to 1 and the colours there, as cells have them on such a canvas."""
    table = colors.colorbar(kind, colors.ON_DARK if on_dark else colors.ON_LIGHT)[:: colors.STEPS // STOPS]
    return [(place / (len(table) - 1), QColor.fromRgbF(*map(float, color[:3]))) for place, color in enumerate(table)]
