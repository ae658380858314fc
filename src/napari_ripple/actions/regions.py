"""Draw, load, rename, recolour and save regions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from napari_ripple.actions.tissue import check_color
from napari_ripple.session import Command, Session
from ripple_core.errors import DataError, sentence
from ripple_core.roi import Roi, read_geojson, write_geojson

COLORS = ("#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#d55e00", "#0072b2", "#f0e442")


def draw_roi(session: Session, vertices: Any, name: str | None = None, color: str | None = None) -> Roi:
    """Add a region from its corners (vertices, 2), (x, y) in µm; gives the region as it was named."""
    return add_roi(session, Roi.from_vertices(np.asarray(vertices, dtype=np.float64)), name=name, color=color)


def add_roi(session: Session, roi: Roi, *, name: str | None = None, color: str | None = None) -> Roi:
    """Add a region and make it the active one; without a name and colour it gets the next free ones."""
    if color is not None:
        check_color(color)
    chosen = replace(roi, name=name or next_name(session), color=color or next_color(session))
    if chosen.name in session.rois:
        raise DataError(sentence("a new name", f"{chosen.name!r}, which is taken", "Choose another name"))
    session.choose(_command(chosen), rois={**session.rois, chosen.name: chosen}, active_roi=chosen.name)
    return chosen


def change_roi(session: Session, name: str, roi: Roi) -> None:
    """Give a region another outline; its name and colour stay. Steps of one dragging become one step to undo."""
    changed = replace(roi, name=name, color=_existing(session, name).color)
    session.choose(_command(changed), rois={**session.rois, name: changed}, active_roi=name)


def choose_roi(session: Session, name: str) -> None:
    """Make a region the active one: the one that is edited and regenerated around."""
    _existing(session, name)
    session.choose(Command("choose_roi", {"name": name}), active_roi=name)


def rename_roi(session: Session, name: str, new_name: str) -> None:
    """Rename a region."""
    old = _existing(session, name)
    if new_name == name:
        return
    if not new_name.strip() or new_name in session.rois:
        raise DataError(sentence("a new name", repr(new_name), "Choose a name that no other region has"))
    rois = {key if key != name else new_name: roi for key, roi in session.rois.items()}
    rois[new_name] = replace(old, name=new_name)
    active = new_name if session.active_roi == name else session.active_roi
    session.choose(Command("rename_roi", {"name": name, "new_name": new_name}), rois=rois, active_roi=active)


def recolor_roi(session: Session, name: str, color: str) -> None:
    """Give a region another colour (``#rrggbb``)."""
    check_color(color)
    old = _existing(session, name)
    rois = {**session.rois, name: replace(old, color=color)}
    session.choose(Command("recolor_roi", {"name": name, "color": color}), rois=rois)


def remove_roi(session: Session, name: str) -> None:
    """Remove a region; undo brings it back."""
    _existing(session, name)
    rois = {key: roi for key, roi in session.rois.items() if key != name}
    session.choose(Command("remove_roi", {"name": name}), rois=rois)


def load_rois(session: Session, path: str | Path) -> list[Roi]:
    """Add every region of a GeoJSON file (µm); the first of them becomes the active one."""
    rois, added = dict(session.rois), []
    for roi in read_geojson(path):
        free = roi.name if roi.name not in rois else _free_name(rois, roi.name)
        rois[free] = replace(roi, name=free)
        added.append(rois[free])
    session.choose(Command("load_roi", {"path": str(path)}), rois=rois, active_roi=added[0].name)
    return added


def save_rois(session: Session, path: str | Path) -> None:
    """Write all regions as GeoJSON (µm)."""
    if not session.rois:
        raise DataError(sentence("at least one region", "none", "Draw a region first"))
    session.record("save_rois", path=str(path))
    write_geojson(list(session.rois.values()), path)


def next_name(session: Session) -> str:
    """The first of "ROI 1", "ROI 2", … that no region has."""
    return _free_name(session.rois, "ROI", first=1)


def free_roi_name(session: Session, name: str) -> str:
    """A name for a region: the given one, or with a number where another region has it."""
    return name if name not in session.rois else _free_name(session.rois, name)


def next_color(session: Session) -> str:
    """The colour that the next region gets."""
    return COLORS[len(session.rois) % len(COLORS)]


def _free_name(taken: Any, stem: str, first: int = 2) -> str:
    number = first
    while f"{stem} {number}" in taken:
        number += 1
    return f"{stem} {number}"


def _command(roi: Roi) -> Command:
    """How an outline is remembered: its corners where it is one plain polygon, else as GeoJSON."""
    merge = f"roi {roi.name}"
    if roi.geometry.geom_type == "Polygon" and not roi.geometry.interiors:
        corners = {"vertices": roi.vertices_um().tolist(), "name": roi.name, "color": roi.color}
        return Command("draw_roi", corners, merge)
    return Command("add_roi", {"feature": roi.as_feature()}, merge)


def _existing(session: Session, name: str) -> Roi:
    if name not in session.rois:
        there_are = ", ".join(session.rois) or "none"
        raise DataError(sentence("the name of a region", repr(name), f"There are: {there_are}"))
    return session.rois[name]
