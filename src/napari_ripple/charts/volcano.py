"""Genes by the size of their response and by how sure it is."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from napari_ripple.charts.chart import Chart, Shown
from napari_ripple.charts.ink import CHANGED, LOWERED, RAISED

NAMED, STEP, NAME_SHARE, SMALLEST = 4, 0.09, 0.28, 1e-9
SIZE, MARKED = 6.0, 11.0
HEIGHT, REACH = 250, 0.03
"""A point answers from this share of the chart's width and height away."""


class VolcanoChart(Chart):
    """Columns ``gene``, ``response``, ``evidence``, ``edited``; the line parts those that count as sure."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)

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

    def _name(self, shown: Shown, sure: np.ndarray) -> None:
        """Name the strongest genes of either side that were not edited, and the one that is marked; names do not overlap."""
        table = shown.table[shown.table["evidence"].notna()]
        if not len(table):
            return
        top, room = float(table["evidence"].max()), max(float(np.ptp(table["evidence"])), SMALLEST) * STEP
        candidates = shown.table[sure & ~shown.table["edited"].to_numpy()]
        placed: list[tuple[float, float]] = []
        near = NAME_SHARE * max(float(np.ptp(table["response"])), SMALLEST)
        for sign in (-1, 1):
            side = candidates[np.sign(candidates["response"]) == sign]
            named = {*side["gene"].head(NAMED), shown.mark}
            wanted = table[table["gene"].isin(named) & (np.sign(table["response"]) == sign)]
            for gene, response, evidence in wanted[["gene", "response", "evidence"]].itertuples(index=False):
                height = _free(placed, response, evidence + room, near, room)
                placed.append((response, height))
                self._write(str(gene), response, evidence, height)
        top = max([top, *(height for _, height in placed)])
        self.setYRange(float(table["evidence"].min()) - room / 2, top + room, padding=0)

    def _write(self, gene: str, response: float, evidence: float, height: float) -> None:
        """A name above its point, towards the middle, with a line to it."""
        words = pg.TextItem(gene, color=self.ink.text, anchor=(0.0 if response < 0 else 1.0, 0.7))
        words.setPos(response, height)
        thread = pg.PlotCurveItem([response, response], [evidence, height], pen=self.pen(self.ink.line, 1))
        self.put(thread, words)


def _free(placed: list[tuple[float, float]], x: float, height: float, near: float, room: float) -> float:
    """The lowest height from ``height`` on at which no name that is placed already is in the way."""
    for other in sorted(at for where, at in placed if abs(where - x) < near):
        if abs(other - height) < room:
            height = other + room
    return height
