"""From values to colours: a sequential and a diverging map, and a palette that colour-blind readers can tell apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from napari_ripple.canvas.cells.look import Look
from napari_ripple.display.paint import Paint
from napari_ripple.window import is_dark

PALETTE = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#6900ff", "#3cff96", "#4b78ff",
    "#b41e2d", "#a5d2b4", "#69b45a", "#784b78", "#4be1f0", "#693cc3", "#87f069", "#8796ff", "#b4004b", "#c30000",
    "#ff694b", "#3cd287", "#c300a5", "#694bff", "#c35a5a", "#3cb4c3", "#4bffb4", "#2d78d2", "#00e1d2", "#96d23c",
    "#e13c3c", "#c39696", "#96d269", "#876987", "#7887d2", "#8700e1", "#78ffd2", "#694b96", "#6996c3", "#00691e",
)  # fmt: skip
"""Okabe and Ito's colours, then each next one as far as possible from all before, also with red-green blindness."""
SEQUENTIAL = (
    "#440154", "#48186a", "#472d7b", "#424086", "#3b528b", "#33638d", "#2c728e", "#26818e", "#21908c", "#1f9f88",
    "#28ae80", "#3ebc74", "#5dc963", "#82d34c", "#abdc32", "#d5e21a", "#fde725",
)  # fmt: skip
"""Stops of viridis."""
DIVERGING = ("#8fd0ff", "#4ba3f0", "#2f78c4", "#415a78", "#4d4d4d", "#7d4a3c", "#c8553a", "#f58a4b", "#ffd08a")
"""Bright blue below zero, a quiet grey at zero, bright orange above: what does not respond does not shine."""
SEQUENTIAL_ON_LIGHT = ("#d6d6d6", "#bcdcc6", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#253494", "#081d58")
DIVERGING_ON_LIGHT = ("#08306b", "#1f62b0", "#4f97d0", "#a3c8e2", "#d6d6d6", "#f0b98c", "#dd8536", "#b35806", "#6b2f00")
"""The same on a white canvas: from a pale grey to dark colours."""
QUIET, QUIET_ON_LIGHT = "#2f2b45", "#e3e4ec"
"""Cells in which nothing was counted: they step back, and are still told from those without a value."""
UNKNOWN = "#8c8c8c"
UNKNOWN_ALPHA = 0.6
STEPS = 256


@dataclass(frozen=True, eq=False)
class Maps:
    """The colour maps of one background: tables (256, 4) for numbers, for responses, and for what was counted (zero is quiet)."""

    sequential: np.ndarray
    diverging: np.ndarray
    counted: np.ndarray


@dataclass(frozen=True)
class LegendEntry:
    """One category of a legend: its name, its colour (``#rrggbb``), how many cells, and whether they are hidden."""

    label: str
    color: str
    cells: int
    hidden: bool


def rgba(color: str, alpha: float = 1.0) -> np.ndarray:
    """A colour ``#rrggbb`` as (4,) float32 from 0 to 1."""
    return np.array([*(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)), alpha], dtype=np.float32)


def lookup(stops: tuple[str, ...]) -> np.ndarray:
    """A table (256, 4) of colours that runs evenly through the stops."""
    table = np.stack([rgba(stop) for stop in stops])
    where = np.linspace(0, len(stops) - 1, STEPS)
    return np.stack([np.interp(where, np.arange(len(stops)), table[:, i]) for i in range(4)], axis=1).astype(np.float32)


def _maps(sequential: tuple[str, ...], diverging: tuple[str, ...], quiet: str) -> Maps:
    counted = lookup(sequential)
    counted[0] = rgba(quiet)
    return Maps(lookup(sequential), lookup(diverging), counted)


ON_DARK = _maps(SEQUENTIAL, DIVERGING, QUIET)
ON_LIGHT = _maps(SEQUENTIAL_ON_LIGHT, DIVERGING_ON_LIGHT, QUIET_ON_LIGHT)


def maps_on(viewer: Any) -> Maps:
    """The maps for a viewer's canvas, dark or light by its theme."""
    return ON_DARK if is_dark(viewer) else ON_LIGHT


def colorbar(kind: str, maps: Maps = ON_DARK, *, counted: bool = False) -> np.ndarray:
    """The colours (256, 4) of a colour bar for ``numbers`` or ``response``; the first one is quiet for what is counted."""
    if kind == "response":
        return maps.diverging
    return maps.counted if counted else maps.sequential


def label_color(categories: tuple[str, ...], label: str, chosen: Mapping[str, str] | None = None) -> str:
    """The colour of a label: the user's, else its place in the palette, which starts again after 40."""
    return (chosen or {}).get(label) or _palette_color(categories.index(label))


def _palette_color(place: int) -> str:
    return PALETTE[place % len(PALETTE)]


def legend(
    paint: Paint, hidden: Collection[str] = frozenset(), chosen: Mapping[str, str] | None = None
) -> list[LegendEntry]:
    """The legend of a paint of labels, in the order of its categories; empty for any other."""
    if paint.kind != "labels":
        return []
    own = chosen or {}
    return [
        LegendEntry(label, own.get(label) or _palette_color(place), int(cells), label in hidden)
        for place, (label, cells) in enumerate(zip(paint.categories, paint.counts, strict=True))
    ]


def look(
    paint: Paint,
    hidden: Collection[str] = frozenset(),
    chosen: Mapping[str, str] | None = None,
    unknown_alpha: float = UNKNOWN_ALPHA,
    maps: Maps = ON_DARK,
) -> Look:
    """How the cells of a paint look.

    Hidden labels get alpha 0; cells without a value are grey with ``unknown_alpha``. Looks of the same paint share its
    numbers, so that they can be told to be the same.
    """
    unknown = rgba(UNKNOWN, unknown_alpha)
    if paint.kind == "plain":
        return Look(paint.scalars, unknown[None], (0.0, 0.0), unknown)
    if paint.kind == "labels":
        table = [rgba(entry.color, 0.0 if entry.hidden else 1.0) for entry in legend(paint, hidden, chosen)]
        return Look(paint.scalars, np.stack(table or [unknown]), (0.0, max(len(table) - 1.0, 0.0)), unknown)
    return Look(paint.scalars, colorbar(paint.kind, maps, counted=paint.counted), paint.limits, unknown, is_number=True)


def face_colors(
    paint: Paint,
    hidden: Collection[str] = frozenset(),
    chosen: Mapping[str, str] | None = None,
    unknown_alpha: float = UNKNOWN_ALPHA,
    maps: Maps = ON_DARK,
) -> np.ndarray:
    """Colours (cells, 4) float32 of a paint, as :func:`look` has them."""
    return look(paint, hidden, chosen, unknown_alpha, maps).rgba()
