"""Draw, load, rename, recolour and save regions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from napari_ripple.actions.tissue.coloring import check_color
from napari_ripple.session import Command, Session
from ripple_core.errors import DataError, among, sentence
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
    """Give a region another outline; all else about it stays. Steps of one dragging become one step to undo."""
    changed = replace(existing(session, name), geometry=roi.geometry)
    session.choose(_command(changed), rois={**session.rois, name: changed}, active_roi=name)


def choose_roi(session: Session, name: str) -> None:
    """Make a region the active one: the one that is edited and regenerated around."""
    existing(session, name)
    session.choose(Command("choose_roi", {"name": name}), active_roi=name)


def rename_roi(session: Session, name: str, new_name: str) -> None:
    """Rename a region."""
    old, new_name = existing(session, name), new_name.strip()
    if new_name == name:
        return
    if not new_name or new_name in session.rois:
        raise DataError(sentence("a new name", repr(new_name), "Choose a name that no other region has"))
    rois = {key if key != name else new_name: roi for key, roi in session.rois.items()}
    rois[new_name] = replace(old, name=new_name)
    active = new_name if session.active_roi == name else session.active_roi
    session.choose(Command("rename_roi", {"name": name, "new_name": new_name}), rois=rois, active_roi=active)


def recolor_roi(session: Session, name: str, color: str) -> None:
    """Give a region another colour (``#rrggbb``)."""
    check_color(color)
    old = existing(session, name)
    rois = {**session.rois, name: replace(old, color=color)}
    session.choose(Command("recolor_roi", {"name": name, "color": color}), rois=rois)


def remove_roi(session: Session, name: str) -> None:
    """Remove a region; undo brings it back."""
    existing(session, name)
    rois = {key: roi for key, roi in session.rois.items() if key != name}
    session.choose(Command("remove_roi", {"name": name}), rois=rois)


def load_rois(session: Session, path: str | Path, pixel_um: float | None = None) -> list[Roi]:
    """Add every region of a GeoJSON file; the first of them becomes the active one.

    Coordinates are µm, unless the file says otherwise or ``pixel_um`` says how large its pixels are.
    """
    rois, added = dict(session.rois), []
    for roi in read_geojson(path, pixel_um):
        free = roi.name if roi.name not in rois else free_name(rois, roi.name)
        rois[free] = replace(roi, name=free)
        added.append(rois[free])
    given: dict[str, Any] = {"path": str(path)} | ({} if pixel_um is None else {"pixel_um": pixel_um})
    session.choose(Command("load_roi", given), rois=rois, active_roi=added[0].name)
    return added


def save_rois(session: Session, path: str | Path, pixel_um: float | None = None) -> None:
    """Write all regions, and how many cells they hold, as GeoJSON: in µm, or in pixels of ``pixel_um`` µm for QuPath."""
    if not session.rois:
        raise DataError(sentence("at least one region", "none", "Draw a region first"))
    given: dict[str, Any] = {"path": str(path)} | ({} if pixel_um is None else {"pixel_um": pixel_um})
    session.record("save_rois", **given)
    write_geojson(list(session.rois.values()), path, pixel_um, _measurements(session))


def next_name(session: Session) -> str:
    """The first of "Region 1", "Region 2", … that no region has."""
    return free_name(session.rois, "Region", first=1)


def free_roi_name(session: Session, name: str) -> str:
    """A name for a region: the given one, or with a number where another region has it."""
    return name if name not in session.rois else free_name(session.rois, name)


def with_region(session: Session, roi: Roi) -> tuple[dict[str, Roi], str]:
    """The regions with one more among them, and its name there: one of the same outline serves, and none is lost."""
    for name, other in session.rois.items():
        if other.geometry.equals(roi.geometry):
            return dict(session.rois), name
    name = free_roi_name(session, roi.name)
    return {**session.rois, name: replace(roi, name=name)}, name


def next_color(session: Session) -> str:
    """The colour that the next region gets."""
    return COLORS[len(session.rois) % len(COLORS)]


def free_name(taken: Any, stem: str, first: int = 2) -> str:
    """The first of "stem 2", "stem 3", … that is not taken."""
    number = first
    while f"{stem} {number}" in taken:
        number += 1
    return f"{stem} {number}"


def existing(session: Session, name: str) -> Roi:
    """The region of a name; DataError, with the names that there are, where there is none."""
    if name not in session.rois:
        raise DataError(among("the name of a region", repr(name), session.rois))
    return session.rois[name]


def _measurements(session: Session) -> dict[str, dict[str, float]]:
    """What is written beside each region: its area and, if a section is open, its cells."""
    found: dict[str, dict[str, float]] = {name: {"Area µm^2": roi.area_um2} for name, roi in session.rois.items()}
    if session.section is not None:
        for name in found:
            found[name]["Num cells"] = len(session.roi_rows(name))
    return found


def _command(roi: Roi) -> Command:
    """How an outline is remembered: its corners where it is one plain polygon, else as GeoJSON."""
    merge = f"roi {roi.name}"
    is_plain = roi.geometry.geom_type == "Polygon" and not roi.geometry.interiors
    if is_plain and roi.visible and not roi.category:
        corners = {"vertices": roi.vertices_um().tolist(), "name": roi.name, "color": roi.color}
        return Command("draw_roi", corners, merge)
    return Command("add_roi", {"feature": roi.as_feature()}, merge)
