"""Before and after, gene by gene: a grey dot moves to an orange one along a shared scale."""

from __future__ import annotations

import pandas as pd
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QPainter, QPen

from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.drawn.named_lines import NamedLines

NAME_SHARE, NUMBER_WIDTH, RADIUS = 0.28, 88, 4.0


class Dumbbells(NamedLines):
    """One line per gene of a table with ``gene``, ``before`` and ``after`` (log-normalised means)."""

    def __init__(self) -> None:
        super().__init__(NAME_SHARE, NUMBER_WIDTH)
        self.table = pd.DataFrame({"gene": [], "before": [], "after": []})
        self._top = 1.0

    def show_genes(self, table: pd.DataFrame) -> None:
        """Replace the genes, all on one scale from 0 to the highest value; an empty table hides the widget."""
        self.table = table
        self._top = max(float(table[["before", "after"]].to_numpy().max(initial=0.0)), 1e-6)
        self.show_lines(len(table))

    def words(self, index: int) -> tuple[str, str]:
        """The gene, and its means before and after."""
        gene, before, after = self._line(index)
        return gene, f"{before:.2f} → {after:.2f}"

    def draw(self, painter: QPainter, index: int, room: QRectF) -> None:
        """Draw the way from the grey dot to the orange one."""
        _, before, after = self._line(index)
        left, width, middle = room.left() + RADIUS, max(room.width() - 2 * RADIUS, 8), room.center().y()
        start, end = (QPointF(left + width * value / self._top, middle) for value in (before, after))
        painter.setPen(QPen(tones.mixed(self, 0.15), 2))
        painter.drawLine(QPointF(left, middle), QPointF(left + width, middle))
        painter.setPen(QPen(QColor(tones.CHANGED), 2))
        painter.drawLine(start, end)
        painter.setPen(Qt.PenStyle.NoPen)
        for point, color in ((start, tones.OBSERVED), (end, tones.CHANGED)):
            painter.setBrush(QColor(color))
            painter.drawEllipse(point, RADIUS, RADIUS)

    def _line(self, index: int) -> tuple[str, float, float]:
        gene, before, after = self.table[["gene", "before", "after"]].iloc[index]
        return str(gene), float(before), float(after)
