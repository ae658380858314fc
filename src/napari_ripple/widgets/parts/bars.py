"""Named horizontal bars, painted in the theme's colours: compositions and markers at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qtpy.QtCore import QRectF, QSize, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_ripple.widgets.parts import tones

NAME_SHARE, NUMBER_WIDTH, GAP = 0.38, 74, 6


@dataclass(frozen=True)
class Bar:
    """One line: a name, the share of the full length (0 to 1), the number as text, and a colour (accent when None)."""

    name: str
    share: float
    number: str
    color: str | None = None


class Bars(QWidget):
    """Bars one below the other; as high as it needs to be."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Replace what is shown; an empty list hides the widget."""
        self._bars = tuple(bars)
        self.setVisible(bool(self._bars))
        self.setToolTip("\n".join(f"{bar.name}: {bar.number}" for bar in self._bars))
        self.updateGeometry()
        self.update()

    def line_height(self) -> int:
        """Height of one bar in pixels."""
        return self.fontMetrics().height() + 4

    def sizeHint(self) -> QSize:
        """Room for all bars."""
        return QSize(200, self.line_height() * len(self._bars))

    def minimumSizeHint(self) -> QSize:
        """As high as all bars, however narrow."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw name, bar and number of each line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, bar in enumerate(self._bars):
            self._draw(painter, bar, index * self.line_height())
        painter.end()

    def _draw(self, painter: QPainter, bar: Bar, top: int) -> None:
        height, name_width = self.line_height(), int(self.width() * NAME_SHARE)
        painter.setPen(tones.mixed(self, 1.0))
        elided = self.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideRight, name_width - GAP)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, top, name_width - GAP, height), int(middle | Qt.AlignmentFlag.AlignLeft), elided)
        room = max(self.width() - name_width - NUMBER_WIDTH, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tones.mixed(self, 0.12))
        painter.drawRoundedRect(QRectF(name_width, top + 4, room, height - 8), 2, 2)
        painter.setBrush(QColor(bar.color) if bar.color else tones.accent(self))
        filled = max(room * min(max(bar.share, 0.0), 1.0), 1.5)
        painter.drawRoundedRect(QRectF(name_width, top + 4, filled, height - 8), 2, 2)
        painter.setPen(tones.mixed(self, 0.66))
        place = QRectF(self.width() - NUMBER_WIDTH, top, NUMBER_WIDTH, height)
        painter.drawText(place, int(middle | Qt.AlignmentFlag.AlignRight), bar.number)
