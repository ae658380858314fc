"""A table of colours: named rows by named columns, blue below zero and orange above."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from qtpy.QtGui import QResizeEvent

from napari_ripple.canvas import colors
from napari_ripple.charts.axes import names_beside, room_for_names
from napari_ripple.charts.chart import Chart, Shown

ROW, WORDS, FRAME, LINE = 18, 82, 14, 26
SMALLEST = 1e-6
FEWEST, NARROWEST, EDGE = 3, 14, 12


class Heat(Chart):
    """Columns ``type``, ``gene`` and ``response``, one line a field; rows and columns stay in the order of the table."""

    def __init__(self) -> None:
        super().__init__()
        self.invertY(True)
        self.getAxis("bottom").setStyle(showValues=False)
        self.getAxis("bottom").setHeight(LINE)
        for side in ("left", "bottom"):
            self.getAxis(side).setTickPen(pg.mkPen(None))
        self.rows: list[str] = []
        self.columns: list[str] = []
        self._long: list[str] = []
        self._genes = 0

    def draw(self, shown: Shown) -> None:
        """The fields, the names of the rows at the left, and those of the columns below, upright."""
        table = shown.table
        self.rows, self.columns = [list(map(str, table[name].unique())) for name in ("type", "gene")]
        self._name_rows(shown)
        self._genes = len(self.columns)
        self.columns = self.columns[: self._room()]
        values = table.pivot(index="type", columns="gene", values="response").loc[self.rows, self.columns].to_numpy()
        top = max(float(np.nanmax(np.abs(values))), SMALLEST)
        image = pg.ImageItem(values, axisOrder="row-major", levels=(-top, top))
        maps = colors.ON_DARK if self.ink.is_dark else colors.ON_LIGHT
        image.setLookupTable((colors.colorbar("response", maps) * 255).astype(np.uint8))
        self.put(image)
        self._name_columns()

    def row_at(self, x: float, y: float) -> int | None:
        """The field of a place."""
        row, column = int(np.floor(y)), int(np.floor(x))
        if not (0 <= row < len(self.rows) and 0 <= column < len(self.columns)):
            return None
        return row * self._genes + column

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Show as many genes as there is room for their names."""
        super().resizeEvent(event)
        if not hasattr(self, "columns") or self.plotItem is None:  # it is gone when the chart is closed
            return
        has_other_names = room_for_names(self, self._long) != self.getAxis("left").fixedWidth
        if self._genes and (has_other_names or len(self.columns) != min(self._genes, self._room())):
            self._draw_anew()

    def _room(self) -> int:
        return max(FEWEST, int((self.width() - self.getAxis("left").fixedWidth - EDGE) / NARROWEST))

    def _name_rows(self, shown: Shown) -> None:
        """The names of the rows, each with its number of cells."""
        counts = shown.table.drop_duplicates("type").set_index("type").get("cells")
        ends = [""] * len(self.rows) if counts is None else [f" · {int(counts[row]):,}" for row in self.rows]
        self._long = [name + end for name, end in zip(self.rows, ends, strict=True)]
        names = names_beside(self, self.rows, ends)
        self.getAxis("left").setTicks([[(place + 0.5, name) for place, name in enumerate(names)]])

    def _name_columns(self) -> None:
        """The names of the columns below them, upright."""
        self.setFixedHeight(ROW * len(self.rows) + WORDS + FRAME + LINE)
        self.setXRange(0, len(self.columns), padding=0)
        self.setYRange(0, len(self.rows) + WORDS / ROW, padding=0)
        for place, gene in enumerate(self.columns):
            words = pg.TextItem(gene, color=self.ink.text, anchor=(1.0, 0.5), angle=90)
            words.setPos(place + 0.5, len(self.rows))
            self.put(words)
