"""Named horizontal bars, painted in the theme's colours: compositions and markers at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qtpy.QtCore import QRectF, Qt
from qtpy.QtGui import QColor, QPainter

from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.drawn.named_lines import NamedLines

NAME_SHARE, NUMBER_WIDTH = 0.38, 74


@dataclass(frozen=True)
class Bar:
    """One line: a name, the share of the full length (0 to 1), the number as text, and a colour (accent when None)."""

    name: str
    share: float
    number: str
    color: str | None = None


class Bars(NamedLines):
    """Bars one below the other; as high as it needs to be."""

    def __init__(self) -> None:
        super().__init__(NAME_SHARE, NUMBER_WIDTH)
        self._bars: tuple[Bar, ...] = ()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Replace what is shown; an empty list hides the widget."""
        self._bars = tuple(bars)
        self.setToolTip("\n".join(f"{bar.name}: {bar.number}" for bar in self._bars))
        self.show_lines(len(self._bars))

    def words(self, index: int) -> tuple[str, str]:
        """Name and number of a bar."""
        return self._bars[index].name, self._bars[index].number

    def draw(self, painter: QPainter, index: int, room: QRectF) -> None:
        """Draw a bar on its track."""
        bar, track = self._bars[index], room.adjusted(0, 4, 0, -4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tones.mixed(self, 0.12))
        painter.drawRoundedRect(track, 2, 2)
        painter.setBrush(QColor(bar.color) if bar.color else tones.accent(self))
        track.setWidth(max(room.width() * min(max(bar.share, 0.0), 1.0), 1.5))
        painter.drawRoundedRect(track, 2, 2)
