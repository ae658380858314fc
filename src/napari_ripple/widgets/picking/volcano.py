"""The volcano of a DEG table: size against adjusted p, with cut-off lines that drag and genes that are picked by mouse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyqtgraph as pg
from qtpy.QtCore import QPointF, QRectF, Qt, Signal

from napari_ripple.state.picking import Picking
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.drawn.chart import Chart
from napari_ripple.widgets.picking.band import Band
from ripple_core.genesets.cuts import Cuts

HEIGHT, NEAR_PX, POINT_PX = 240, 9.0, 6
LOWEST_P = 1e-300
LEFT = {True: "−log10 adjusted p", False: "rank by size"}


class Volcano(Chart):
    """Emits ``picked`` (genes, whether they shall be picked) and ``cut`` (the fields of Cuts that a line was dragged to)."""

    picked = Signal(object, bool)
    cut = Signal(object)

    def __init__(self) -> None:
        self.band = Band()
        super().__init__("log2 fold change", "", height=HEIGHT, plot=self.band)
        self.setToolTip("Click a gene to tick or untick it, or draw a rectangle around some. Drag the dashed lines.")
        parts = ((None, 4), (tones.LOWERED, POINT_PX), (tones.RAISED, POINT_PX))
        self.points = [pg.ScatterPlotItem(size=size, pen=None, brush=color) for color, size in parts]
        self.lines = [pg.InfiniteLine(angle=angle, movable=True) for angle in (90, 90, 0)]
        self.name = pg.TextItem(anchor=(0.5, 1.2))
        for item in (*self.points, *self.lines, self.name):
            self.addItem(item, ignoreBounds=item not in self.points)
        self.name.hide()
        self.name.setZValue(10)
        self.xy = np.empty((0, 2))
        self.picking: Picking | None = None
        self.band.boxed.connect(self._on_box)
        self.scene().sigMouseMoved.connect(self._on_move)
        self.scene().sigMouseClicked.connect(self._on_click)
        for line in self.lines[:2]:
            line.sigDragged.connect(lambda line: self.cut.emit({"min_abs_lfc": round(abs(line.value()), 2)}))
        self.lines[2].sigDragged.connect(lambda line: self.cut.emit({"max_padj": p_at(line.value())}))

    def show_picking(self, picking: Picking) -> None:
        """Draw a table and what is picked of it; the view stays while the table does."""
        is_new = self.picking is None or picking.table is not self.picking.table
        self.picking = picking
        if is_new:
            self.xy = places(picking.table)
            self.name_axes("log2 fold change", LEFT["padj" in picking.table])
        chosen, up = picking.is_picked(), self.xy[:, 0] > 0
        for points, shown in zip(self.points, (~chosen, chosen & ~up, chosen & up)):
            points.setData(*self.xy[shown].T)
        self._show_lines(picking.cuts, "padj" in picking.table)
        if is_new:
            self.name.hide()
            self.band.autoRange(padding=0.06, items=self.points)

    def _show_lines(self, cuts: Cuts, has_p: bool) -> None:
        """Put the lines where the cut-offs are; those that a direction leaves without meaning go."""
        down, up, p = self.lines
        down.setValue(-cuts.min_abs_lfc)
        up.setValue(cuts.min_abs_lfc)
        p.setValue(0.0 if cuts.max_padj is None else -np.log10(max(cuts.max_padj, LOWEST_P)))
        down.setVisible(cuts.direction != "up")
        up.setVisible(cuts.direction != "down")
        p.setVisible(has_p)

    def gene_at(self, where: QPointF) -> int | None:
        """The row of the gene nearest to a place on the screen (scene pixels); None where none is near."""
        if not len(self.xy):
            return None
        pixel = np.array(self.band.viewPixelSize())
        at = self.band.mapSceneToView(where)
        off = np.linalg.norm((self.xy - (at.x(), at.y())) / pixel, axis=1)
        row = int(np.argmin(off))
        return row if off[row] <= NEAR_PX else None

    def _on_move(self, where: QPointF) -> None:
        """Name the gene under the mouse."""
        row = self.gene_at(where)
        self.name.setVisible(row is not None)
        if row is not None and self.picking is not None:
            low, high = self.band.viewRange()[0]
            self.name.setAnchor(
                ((self.xy[row, 0] - low) / (high - low), 1.2 if self.xy[row, 1] < self._middle() else -0.2)
            )
            self.name.setText(words_of(self.picking.table.iloc[row]))
            self.name.setPos(*self.xy[row])

    def _middle(self) -> float:
        low, high = self.band.viewRange()[1]
        return (low + high) / 2

    def _on_click(self, event: object) -> None:
        row = self.gene_at(event.scenePos()) if event.button() == Qt.MouseButton.LeftButton else None  # type: ignore[attr-defined]
        if row is not None and self.picking is not None:
            self.picked.emit([str(self.picking.table["gene"].iat[row])], not self.picking.is_picked()[row])

    def _on_box(self, box: QRectF) -> None:
        """Tick all genes in a rectangle, or untick them where all are ticked."""
        x, y = self.xy.T
        inside = (x >= box.left()) & (x <= box.right()) & (y >= box.top()) & (y <= box.bottom())
        if self.picking is not None and inside.any():
            shall = not self.picking.is_picked()[inside].all()
            self.picked.emit(self.picking.table["gene"][inside].astype(str).tolist(), shall)

    def _dress(self) -> None:
        """Take the theme's colours, also for the quiet genes, the lines that drag, and the name under the pointer."""
        super()._dress()
        if not self._colors:
            return
        back, line, quiet = self._colors
        self.points[0].setBrush(line)
        for item in self.lines:
            item.setPen(pg.mkPen(quiet, width=1, style=Qt.PenStyle.DashLine))
            item.setHoverPen(pg.mkPen(tones.CHANGED, width=2))
        self.name.setColor(tones.mixed(self.parentWidget(), 1.0))
        self.name.fill = pg.mkBrush(back)


def places(table: pd.DataFrame) -> np.ndarray:
    """Where genes stand (genes, 2): log2 fold change, and −log10 of the adjusted p, or, without one, the rank by size."""
    lfc = table["lfc"].to_numpy(dtype=float)
    if "padj" in table:
        p = np.nan_to_num(table["padj"].to_numpy(dtype=float), nan=1.0)
        return np.column_stack([lfc, -np.log10(np.maximum(p, LOWEST_P))])
    return np.column_stack([lfc, np.argsort(np.argsort(np.abs(lfc), kind="stable"))])


def p_at(height: float) -> float:
    """The adjusted p at a height of the volcano, in two digits, at most 1."""
    return float(f"{10.0 ** -max(height, 0.0):.2g}")


def words_of(row: pd.Series) -> str:
    """A gene's name and numbers, for the pointer."""
    q = f", q {row['padj']:.2g}" if "padj" in row and np.isfinite(row["padj"]) else ""
    return f"{row['gene']}: {row['lfc']:+.2f}{q}"
