"""The colours that charts are drawn in: those of a window's theme, or black on white paper."""

from __future__ import annotations

from dataclasses import dataclass

from qtpy.QtGui import QColor

OBSERVED, CHANGED = "#8a8f98", "#e69f00"
RAISED, LOWERED = "#d9542b", "#3b7dd8"


@dataclass(frozen=True)
class Ink:
    """Colours (``#rrggbb``) of a chart's ground, its lines, its quiet words and its text; ``pen`` times as thick as on a screen."""

    back: str
    line: str
    quiet: str
    text: str
    pen: float = 1.0

    @property
    def is_dark(self) -> bool:
        """Whether the ground is dark."""
        return QColor(self.back).lightness() < 128


PAPER = Ink(back="#ffffff", line="#666666", quiet="#222222", text="#000000")
"""For figures that are saved."""
NIGHT = Ink(back="#2b2b31", line="#74747a", quiet="#b0b0b4", text="#f0f0f0")
"""Until a chart stands in a window."""
