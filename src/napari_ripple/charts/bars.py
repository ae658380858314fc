"""Named bars one below the other, with whiskers where a spread is known; or two beside each other for each name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg

from napari_ripple.charts.axes import names_beside, room_for_names
from napari_ripple.charts.chart import AXIS_HEIGHT, Chart, Shown
from napari_ripple.charts.ink import CHANGED, LOWERED, OBSERVED, RAISED

ROW, FRAME = 19, 26


class NamedBars(Chart):
    """What siblings share: one line a row of the table (column ``name``), the first at the top."""

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self.invertY(True)
        self.getAxis("left").setTickPen(pg.mkPen(None))

    def row_at(self, x: float, y: float) -> int | None:
        """The line of a place."""
        row = round(y)
        return row if 0 <= row < len(self.shown.table) else None

    def resizeEvent(self, event: Any) -> None:
        """Names may have another room."""
        super().resizeEvent(event)
        is_open = hasattr(self, "_names") and self.plotItem is not None  # it is gone when the chart is closed
        if is_open and room_for_names(self, self._names) != self.getAxis("left").fixedWidth:
            self._draw_anew()

    def lay_out(self, names: list[str]) -> np.ndarray:
        """Make room for the names and write them; gives the lines' places."""
        self._names = names
        self.setFixedHeight(ROW * len(names) + AXIS_HEIGHT + FRAME)
        self.getAxis("left").setTicks([list(enumerate(names_beside(self, names)))])
        self.setYRange(-0.6, len(names) - 0.4, padding=0)
        return np.arange(len(names))


class SignedBars(NamedBars):
    """Columns ``name`` and ``value``: to the right above zero, to the left below; ``sd``, if there, as whiskers."""

    def draw(self, shown: Shown) -> None:
        """Bars and whiskers."""
        table = shown.table
        place = self.lay_out([str(name) for name in table["name"]])
        value = table["value"].to_numpy(dtype=float)
        brush = [
            shown.colors.get(str(n), RAISED if v > 0 else LOWERED) for n, v in zip(table["name"], value, strict=True)
        ]
        edge = [CHANGED if name == shown.mark else None for name in table["name"]]
        pens = [self.pen(color, 2) if color else pg.mkPen(None) for color in edge]
        self.put(pg.BarGraphItem(x0=0, y=place, height=0.7, width=value, brushes=brush, pens=pens))
        if "sd" in table:
            sd = table["sd"].fillna(0.0).to_numpy(dtype=float)
            self.put(pg.ErrorBarItem(x=value, y=place, left=sd, right=sd, beam=0.3, pen=self.pen(self.ink.text, 1)))
        self.put(pg.InfiniteLine(0.0, angle=90, pen=self.pen(self.ink.line, 1)))


class BeforeAfter(NamedBars):
    """Columns ``name``, ``before`` and ``after``: a grey and an orange bar for each name, and a mark in its colour."""

    def draw(self, shown: Shown) -> None:
        """Two bars a line."""
        table = shown.table
        place = self.lay_out([str(name) for name in table["name"]])
        for shift, column, color in ((-0.19, "before", OBSERVED), (0.19, "after", CHANGED)):
            width = table[column].to_numpy(dtype=float)
            self.put(pg.BarGraphItem(x0=0, y=place + shift, height=0.36, width=width, brush=color, pen=None))
        beside = -0.03 * max(float(table[["before", "after"]].to_numpy().max()), 1e-9)
        for at, name in zip(place, table["name"], strict=True):
            own = shown.colors.get(str(name))
            if own is not None:
                self.put(pg.ScatterPlotItem(x=[beside], y=[at], brush=own, pen=None, symbol="s", size=10))
