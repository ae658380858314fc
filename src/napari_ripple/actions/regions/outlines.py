"""Make regions from other regions, from strokes of a brush, and from all cells of a label."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from shapely.geometry.base import BaseGeometry

from napari_ripple.actions.regions.drawing import existing, free_roi_name, next_color, next_name
from napari_ripple.actions.task import Task, Work
from napari_ripple.actions.tissue.section import shown_section
from napari_ripple.session import Command, Session
from ripple_core.errors import DataError, among, sentence
from ripple_core.progress import Progress
from ripple_core.regions import brush, combine
from ripple_core.regions.of_cells import FillSettings, region_of_cells
from ripple_core.roi import Roi

SIGNS = {"union": "+", "intersection": "∩", "difference": "−"}


def combine_rois(session: Session, first: str, second: str, how: combine.How = "union", name: str | None = None) -> Roi:
    """Add the union, the intersection or the difference (first without second) of two regions as a new one."""
    a, b = existing(session, first), existing(session, second)
    outline = combine.combine(a.geometry, b.geometry, how)
    given = {"first": first, "second": second, "how": how}
    return _add(session, outline, name or f"{first} {SIGNS[how]} {second}", "combine_rois", given)


def grow_roi(session: Session, name: str, distance_um: float) -> Roi:
    """Move a region's edge outward by ``distance_um``; a negative distance shrinks the region."""
    old = existing(session, name)
    grown = replace(old, geometry=combine.grow(old.geometry, distance_um))
    command = Command("grow_roi", {"name": name, "distance_um": distance_um})
    session.choose(command, rois={**session.rois, name: grown}, active_roi=name)
    return grown


def ring_roi(session: Session, name: str, distance_um: float, new_name: str | None = None) -> Roi:
    """Add the band of ``distance_um`` around a region as a new one; a negative distance gives the band inside its edge."""
    outline = combine.ring(existing(session, name).geometry, distance_um)
    words = new_name or f"{abs(distance_um):g} µm {'around' if distance_um > 0 else 'inside'} {name}"
    return _add(session, outline, words, "ring_roi", {"name": name, "distance_um": distance_um}, "new_name")


def duplicate_roi(session: Session, name: str, new_name: str | None = None) -> Roi:
    """Add a copy of a region."""
    outline = existing(session, name).geometry
    return _add(session, outline, new_name or f"{name} copy", "duplicate_roi", {"name": name}, "new_name")


def show_roi(session: Session, name: str, visible: bool = True) -> None:
    """Draw a region, or hide its outline; a hidden one can still be used."""
    rois = {**session.rois, name: replace(existing(session, name), visible=visible)}
    session.choose(Command("show_roi", {"name": name, "visible": visible}), rois=rois)


def paint_roi(
    session: Session, path_um: Any, width_um: float, *, name: str | None = None, erase: bool = False
) -> Roi | None:
    """Paint a region with a round brush of ``width_um`` along a path (points, 2), (x, y) in µm.

    A region that exists grows by the stroke, or with ``erase`` loses it, and None is returned where nothing is left of
    it; without a name, or with a new one, the stroke is a region of its own.
    """
    path = np.round(np.asarray(path_um, dtype=np.float64), brush.DECIMALS)
    covered, old = brush.stroke(path, width_um), session.rois.get(name or "")
    if erase and old is None:
        raise DataError(sentence("a region to erase from", "none", "Select one first"))
    whole = old is not None and erase and covered.covers(old.geometry)
    if old is None:
        made = Roi(covered, name or next_name(session), next_color(session))
    elif whole:
        made = None
    else:
        change = brush.erased if erase else brush.painted
        made = replace(old, geometry=change(old.geometry, covered))
    called = name or made.name if made is not None else name
    given = {"path_um": path.tolist(), "width_um": width_um, "name": called, **({"erase": True} if erase else {})}
    rois = {key: roi for key, roi in session.rois.items() if made is not None or key != called}
    if made is not None:
        rois[made.name] = made
    session.choose(
        Command("paint_roi", given), rois=rois, active_roi=called if made is not None else session.active_roi
    )
    return made


def region_from_label(session: Session, key: str, label: str, *, name: str | None = None, **settings: Any) -> Roi:
    """Add the region that all cells with ``obs[key] == label`` fill; settings are those of FillSettings."""
    xy = _cells_of(session, key, label)
    outline = region_of_cells(xy, FillSettings(**settings))
    return _add(session, outline, name or label, "region_from_label", {"key": key, "label": label, **settings})


def region_from_label_task(session: Session, key: str, label: str, **settings: Any) -> Task:
    """The same as work for another thread."""
    xy, section, fill = _cells_of(session, key, label), session.section, FillSettings(**settings)

    def work(stop: Callable[[], bool]) -> Work:
        yield Progress(0, 0, f"Outlining {len(xy):,} cells")
        outline = region_of_cells(xy, fill)
        return None if stop() else outline

    def finish(outline: BaseGeometry | None) -> None:
        if outline is not None and session.section is section:
            _add(session, outline, label, "region_from_label", {"key": key, "label": label, **settings})

    return Task(f"Outlining {label}", work, finish, is_stale=lambda: session.section is not section)


def _cells_of(session: Session, key: str, label: str) -> np.ndarray:
    """Positions (cells, 2) of the cells that carry a label."""
    section = shown_section(session)
    if key not in section.obs:
        raise DataError(among("a column of the cell table", repr(key), section.obs.columns))
    rows = section.obs[key].astype(str).to_numpy() == str(label)
    if not rows.any():
        raise DataError(among(f"a label of {key}", repr(label), section.obs[key].astype(str).unique()))
    return section.xy_um[rows]


def _add(
    session: Session, outline: BaseGeometry, words: str, command: str, given: dict[str, Any], naming: str = "name"
) -> Roi:
    """Add an outline as a region of the first free name that begins with ``words``, and make it the active one."""
    name = free_roi_name(session, words)
    roi = Roi(outline, name, next_color(session))
    session.choose(Command(command, {**given, naming: name}), rois={**session.rois, name: roi}, active_roi=name)
    return roi
