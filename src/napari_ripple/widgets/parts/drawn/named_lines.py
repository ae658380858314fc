"""Lines of one height, one below the other: a name on the left, something drawn, a number on the right."""

from __future__ import annotations

from qtpy.QtCore import QRectF, QSize, Qt
from qtpy.QtGui import QPainter, QPaintEvent
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_ripple.widgets.parts import tones

GAP = 6


class NamedLines(QWidget):
    """As high as its lines need, and hidden without any; who inherits draws what stands between name and number.

    Parameters
    ----------
    name_share
        Share of the width that names take, 0 to 1.
    number_width
        Width of the numbers in pixels.
    """

    def __init__(self, name_share: float, number_width: int) -> None:
        super().__init__()
        self.name_share, self.number_width = name_share, number_width
        self.count = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_lines(self, count: int) -> None:
        """Draw so many lines from now on."""
        self.count = count
        self.setVisible(count > 0)
        self.updateGeometry()
        self.update()

    def line_height(self) -> int:
        """Height of one line in pixels."""
        return self.fontMetrics().height() + 4

    def sizeHint(self) -> QSize:
        """Room for all lines."""
        return QSize(200, self.line_height() * self.count)

    def minimumSizeHint(self) -> QSize:
        """As high as all lines, however narrow."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw line after line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height, left = self.line_height(), int(self.width() * self.name_share)
        for index in range(self.count):
            name, number = self.words(index)
            painter.setPen(tones.mixed(self, 1.0))
            shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, left - GAP)
            painter.drawText(QRectF(0, index * height, left - GAP, height), int(Qt.AlignmentFlag.AlignVCenter), shown)
            room = max(self.width() - left - self.number_width, 8)
            self.draw(painter, index, QRectF(left, index * height, room, height))
            painter.setPen(tones.mixed(self, 0.66))
            place = QRectF(self.width() - self.number_width, index * height, self.number_width, height)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), number)
        painter.end()

    def words(self, index: int) -> tuple[str, str]:
        """The name of a line, and its number as text."""
        return "", ""

    def draw(self, painter: QPainter, index: int, room: QRectF) -> None:
        """Draw what a line shows between name and number."""
