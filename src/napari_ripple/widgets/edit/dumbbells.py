"""Before and after, gene by gene: a grey dot moves to an orange one along a shared scale."""

from __future__ import annotations

import pandas as pd
from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_ripple.widgets.parts import tones

NAME_SHARE, NUMBER_WIDTH, RADIUS = 0.28, 88, 4.0


class Dumbbells(QWidget):
    """One line per gene of a table with ``gene``, ``before`` and ``after`` (log-normalised means)."""

    def __init__(self) -> None:
        super().__init__()
        self.table = pd.DataFrame({"gene": [], "before": [], "after": []})
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_genes(self, table: pd.DataFrame) -> None:
        """Replace the genes; an empty table hides the widget."""
        self.table = table
        self.setVisible(len(table) > 0)
        self.updateGeometry()
        self.update()

    def line_height(self) -> int:
        """Height of one gene in pixels."""
        return self.fontMetrics().height() + 4

    def sizeHint(self) -> QSize:
        """Room for all genes."""
        return QSize(200, self.line_height() * len(self.table))

    def minimumSizeHint(self) -> QSize:
        """As high as all genes, however narrow."""
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw every gene on the same scale, from 0 to the highest value."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = max(float(self.table[["before", "after"]].to_numpy().max(initial=0.0)), 1e-6)
        for index, (gene, before, after) in enumerate(self.table[["gene", "before", "after"]].itertuples(index=False)):
            self._draw(painter, index, str(gene), before / top, after / top)
            self._write(painter, index, f"{before:.2f} → {after:.2f}")
        painter.end()

    def _draw(self, painter: QPainter, index: int, gene: str, before: float, after: float) -> None:
        height, left = self.line_height(), int(self.width() * NAME_SHARE)
        painter.setPen(tones.mixed(self, 1.0))
        elided = self.fontMetrics().elidedText(gene, Qt.TextElideMode.ElideRight, left - 6)
        painter.drawText(QRectF(0, index * height, left, height), int(Qt.AlignmentFlag.AlignVCenter), elided)
        room = max(self.width() - left - NUMBER_WIDTH - 2 * RADIUS, 8)
        middle = (index + 0.5) * height
        start, end = (QPointF(left + RADIUS + room * share, middle) for share in (before, after))
        painter.setPen(QPen(tones.mixed(self, 0.15), 2))
        painter.drawLine(QPointF(left + RADIUS, middle), QPointF(left + RADIUS + room, middle))
        painter.setPen(QPen(QColor(tones.CHANGED), 2))
        painter.drawLine(start, end)
        painter.setPen(Qt.PenStyle.NoPen)
        for point, color in ((start, tones.OBSERVED), (end, tones.CHANGED)):
            painter.setBrush(QColor(color))
            painter.drawEllipse(point, RADIUS, RADIUS)

    def _write(self, painter: QPainter, index: int, numbers: str) -> None:
        height = self.line_height()
        painter.setPen(tones.mixed(self, 0.66))
        place = QRectF(self.width() - NUMBER_WIDTH, index * height, NUMBER_WIDTH, height)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), numbers)
