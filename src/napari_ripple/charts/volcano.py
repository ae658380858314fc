"""Genes by the size of their response and by how sure it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyqtgraph as pg

from napari_ripple.charts import names
from napari_ripple.charts.chart import Chart, Shown
from napari_ripple.charts.ink import CHANGED, LOWERED, RAISED
from napari_ripple.charts.names import Place

NAMED, SMALLEST, PADDING = 4, 1e-9, 0.05
LINE, GAP, MOST_LINES, MOST_SHARE = 14, 4, 8, 0.6
"""Height of a name and its distance from its point (pixels), and how much room names may take from the points."""
SIZE, MARKED = 6.0, 11.0
HEIGHT, REACH = 250, 0.03
"""A point answers from this share of the chart's width and height away."""


class VolcanoChart(Chart):
    """Columns ``gene``, ``response``, ``evidence``, ``edited``; the line parts those that count as sure."""

    def __init__(self) -> None:
        self._named_in = (0.0, 0.0)
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.getPlotItem().vb.sigResized.connect(self._on_resize)

    def draw(self, shown: Shown) -> None:
        """Points: raised, lowered, quiet where not sure; edited genes as squares; the strongest are named."""
        table = shown.table
        sure = np.ones(len(table), bool) if shown.line is None else (table["evidence"] >= shown.line).to_numpy()
        up = (table["response"] > 0).to_numpy()
        color = np.where(sure, np.where(up, RAISED, LOWERED), self.ink.line)
        marked = (table["gene"] == shown.mark).to_numpy()
        self.put(
            pg.ScatterPlotItem(
                x=table["response"].to_numpy(),
                y=table["evidence"].to_numpy(),
                brush=[pg.mkBrush(CHANGED if is_marked else one) for one, is_marked in zip(color, marked, strict=True)],
                pen=None,
                size=np.where(marked, MARKED, SIZE),
                symbol=list(np.where(table["edited"], "s", "o")),
            )
        )
        if shown.line is not None:
            self.put(
                pg.InfiniteLine(
                    shown.line, angle=0, pen=self.pen(self.ink.line, 1, style=pg.QtCore.Qt.PenStyle.DashLine)
                )
            )
        self._name(shown, sure)

    def row_at(self, x: float, y: float) -> int | None:
        """The nearest gene, if it is near."""
        (left, right), (bottom, top) = self.viewRange()
        table = self.shown.table
        far = np.hypot((table["response"] - x) / (right - left), (table["evidence"] - y) / (top - bottom)).to_numpy()
        if np.isnan(far).all():
            return None
        nearest = int(np.nanargmin(far))
        return nearest if far[nearest] <= REACH else None

    def _on_resize(self) -> None:
        """Names stand elsewhere in a chart of another size."""
        if self._rooms() != self._named_in and len(self.shown.table):
            self._draw_anew()

    def _rooms(self) -> tuple[float, float]:
        """Width and height (pixels) of the field of points."""
        field = self.getPlotItem().vb
        return max(field.width(), 1.0), max(field.height(), 1.0)

    def _name(self, shown: Shown, sure: np.ndarray) -> None:
        """Name the strongest genes of either side that were not edited, and the one that is marked."""
        self._named_in = self._rooms()
        known = shown.table[shown.table["evidence"].notna()]
        if not len(known):
            return
        wanted = known[known["gene"].isin(strongest(shown, sure))]
        low, high = float(known["evidence"].min()), float(known["evidence"].max())
        span = max(high - low, SMALLEST)
        self.setXRange(float(known["response"].min()), float(known["response"].max()), padding=PADDING)
        for lines in range(MOST_LINES + 1):
            self.setYRange(low - span * PADDING, high + span * (PADDING + self._share(lines)), padding=0)
            places = self._places(wanted)
            if all(height + LINE <= self._named_in[1] for _, height in places):
                break
        per_x, per_y = self._per_pixel()
        (left, _), (bottom, _) = self.viewRange()
        for (gene, response, evidence), (edge, height) in zip(_rows(wanted), places, strict=True):
            self._write(gene, (response, evidence), (left + edge * per_x, bottom + height * per_y))

    def _share(self, lines: int) -> float:
        """How much higher (in spans of the evidence) the chart is with so many lines of names above all points."""
        taken = min(lines * LINE / self._rooms()[1], MOST_SHARE)
        return taken / (1 - taken)

    def _places(self, wanted: pd.DataFrame) -> list[Place]:
        (left, _), (bottom, _) = self.viewRange()
        per_x, per_y = self._per_pixel()
        wide = self.fontMetrics().horizontalAdvance
        points = [
            ((response - left) / per_x, (evidence - bottom) / per_y + GAP, wide(gene) + GAP)
            for gene, response, evidence in _rows(wanted)
        ]
        return names.places(points, self._rooms()[0], LINE)

    def _per_pixel(self) -> tuple[float, float]:
        """How much response and evidence a pixel is."""
        (left, right), (bottom, top) = self.viewRange()
        width, height = self._rooms()
        return (right - left) / width, (top - bottom) / height

    def _write(self, gene: str, point: Place, corner: Place) -> None:
        """A name, and a line to it from its point."""
        words = pg.TextItem(gene, color=self.ink.text, anchor=(0.0, 1.0))
        words.textItem.document().setDocumentMargin(0)
        words.setPos(*corner)
        words.updateTextPos()
        x, y = point
        self.put(pg.PlotCurveItem([x, x], [y, corner[1]], pen=self.pen(self.ink.line, 1)), words)


def strongest(shown: Shown, sure: np.ndarray) -> set[str]:
    """The genes that are named: the first of either side that are sure and were not edited, and the marked one."""
    candidates = shown.table[sure & ~shown.table["edited"].to_numpy(dtype=bool)]
    sides = [candidates[np.sign(candidates["response"]) == sign]["gene"].head(NAMED) for sign in (-1, 1)]
    return {*map(str, pd.concat(sides)), shown.mark}


def _rows(table: pd.DataFrame) -> list[tuple[str, float, float]]:
    return [
        (str(gene), float(x), float(y))
        for gene, x, y in zip(table["gene"], table["response"], table["evidence"], strict=True)
    ]
