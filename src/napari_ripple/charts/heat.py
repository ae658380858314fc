"""A table of colours: named rows by named columns, blue below zero and orange above."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from qtpy.QtGui import QResizeEvent

from napari_ripple.canvas import colors
from napari_ripple.charts.bars import LETTERS, NAME_WIDTH
from napari_ripple.charts.chart import Chart, Shown

ROW, WORDS, FRAME, LINE = 18, 82, 14, 26
SMALLEST = 1e-6
FEWEST, NARROWEST, EDGE = 3, 14, 12


class Heat(Chart):
    """Columns ``type``, ``gene`` and ``response``, one line a field; rows and columns stay in the order of the table."""

    left_width = NAME_WIDTH + 22

    def __init__(self) -> None:
        super().__init__()
        self.invertY(True)
        self.getAxis("bottom").setStyle(showValues=False)
        self.getAxis("bottom").setHeight(LINE)
        for side in ("left", "bottom"):
            self.getAxis(side).setTickPen(pg.mkPen(None))
        self.rows: list[str] = []
        self.columns: list[str] = []
        self._genes = 0

    def draw(self, shown: Shown) -> None:
        """The fields, the names of the rows at the left, and those of the columns below, upright."""
        table = shown.table
        self.rows, self.columns = [list(map(str, table[name].unique())) for name in ("type", "gene")]
        self._genes = len(self.columns)
        self.columns = self.columns[: self._room()]
        values = table.pivot(index="type", columns="gene", values="response").loc[self.rows, self.columns].to_numpy()
        top = max(float(np.nanmax(np.abs(values))), SMALLEST)
        image = pg.ImageItem(values, axisOrder="row-major", levels=(-top, top))
        maps = colors.ON_DARK if self.ink.is_dark else colors.ON_LIGHT
        image.setLookupTable((colors.colorbar("response", maps) * 255).astype(np.uint8))
        self.put(image)
        self._write(shown)

    def row_at(self, x: float, y: float) -> int | None:
        """The field of a place."""
        row, column = int(np.floor(y)), int(np.floor(x))
        if not (0 <= row < len(self.rows) and 0 <= column < len(self.columns)):
            return None
        return row * self._genes + column

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Show as many genes as there is room for their names."""
        super().resizeEvent(event)
        if hasattr(self, "columns") and len(self.columns) != min(self._genes, self._room()):
            self._draw_anew()

    def _room(self) -> int:
        return max(FEWEST, int((self.width() - self.left_width - EDGE) / NARROWEST))

    def _write(self, shown: Shown) -> None:
        height = ROW * len(self.rows)
        self.setFixedHeight(height + WORDS + FRAME + LINE)
        counts = shown.table.drop_duplicates("type").set_index("type").get("cells")
        names = [name if len(name) <= LETTERS else name[: LETTERS - 1] + "…" for name in self.rows]
        if counts is not None:
            names = [f"{name} · {int(counts[row]):,}" for name, row in zip(names, self.rows, strict=True)]
        self.getAxis("left").setTicks([[(place + 0.5, name) for place, name in enumerate(names)]])
        self.setXRange(0, len(self.columns), padding=0)
        self.setYRange(0, len(self.rows) + WORDS / ROW, padding=0)
        for place, gene in enumerate(self.columns):
            words = pg.TextItem(gene, color=self.ink.text, anchor=(1.0, 0.5), angle=90)
            words.setPos(place + 0.5, len(self.rows))
            self.put(words)
