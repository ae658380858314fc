"""The words beside a plot's axes: titles in two lines where one would be cut off, names with dots where they are too long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyqtgraph as pg
from qtpy.QtCore import Qt

SMALL, EDGE = "8pt", 16
TICK, SLACK, LEAST_ROOM, NAME_SHARE = 14, 4, 40, 0.45
"""Pixels between a name and its axis (a name may take four of them); the least room for names, and the share that they may take."""


def name_axes(plot: pg.PlotWidget, titles: Mapping[str, str], color: str) -> None:
    """Write the titles of the axes ``left`` and ``bottom``; an axis whose title is empty has none."""
    rooms = {
        "left": plot.height() - plot.getAxis("bottom").fixedHeight,
        "bottom": plot.width() - plot.getAxis("left").fixedWidth,
    }
    for side, words in titles.items():
        is_long = plot.fontMetrics().horizontalAdvance(words) + EDGE > rooms[side]
        style = {"font-size": SMALL} if is_long else {}
        plot.setLabel(side, in_two(words) if is_long else words, color=color, **style)
        plot.getAxis(side).showLabel(bool(words))
        plot.getAxis(side).resizeEvent()  # else the words stay where shorter ones stood


def in_two(words: str) -> str:
    """Words in two lines of about the same length (HTML).

    >>> in_two("mean |response| of genes that were not edited")
    'mean |response| of genes<br>that were not edited'
    """
    gaps = [place for place, letter in enumerate(words) if letter == " "]
    if not gaps:
        return words
    middle = min(gaps, key=lambda place: abs(place - len(words) / 2))
    return f"{words[:middle]}<br>{words[middle + 1 :]}"


def names_beside(plot: pg.PlotWidget, names: Sequence[str], ends: Sequence[str] = ()) -> list[str]:
    """Make the left axis as wide as these names need; gives them, cut with dots before their ends where too long."""
    ends = ends or [""] * len(names)
    room = room_for_names(plot, [name + end for name, end in zip(names, ends, strict=True)])
    if plot.getAxis("left").fixedWidth != room:
        plot.getAxis("left").setWidth(room)
    words = plot.fontMetrics()
    return [
        words.elidedText(name, Qt.TextElideMode.ElideRight, room - TICK + SLACK - words.horizontalAdvance(end)) + end
        for name, end in zip(names, ends, strict=True)
    ]


def room_for_names(plot: pg.PlotWidget, names: Sequence[str]) -> int:
    """Width (pixels) of a left axis with these names; a longer name would not be drawn at all."""
    widest = max(map(plot.fontMetrics().horizontalAdvance, names), default=0) + TICK
    return max(LEAST_ROOM, min(widest, round(plot.width() * NAME_SHARE)))
