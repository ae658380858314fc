"""Scripted calls that draw, load, change and keep regions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from napari_ripple import actions
from napari_ripple.scripted.base import Scripted
from ripple_core.regions.combine import How
from ripple_core.roi import Roi


class Regions(Scripted):
    """Draw, load, change and keep regions."""

    def draw_roi(self, vertices: Any, name: str | None = None, color: str | None = None) -> Roi:
        """Draw a region from its corners (vertices, 2), (x, y) in µm; a name that exists is drawn anew."""
        self.session.end_step()
        if name is not None and name in self.session.rois:
            actions.change_roi(self.session, name, Roi.from_vertices(np.asarray(vertices, dtype=np.float64)))
            return self.session.rois[name]
        return actions.draw_roi(self.session, vertices, name, color)

    def add_roi(self, roi: Roi | None = None, *, feature: dict[str, Any] | None = None) -> Roi:
        """Add a region, or one written as a GeoJSON feature; a name that exists is drawn anew."""
        self.session.end_step()
        if roi is None:
            roi = Roi.from_feature(feature or {})
        if roi.name in self.session.rois:
            actions.change_roi(self.session, roi.name, roi)
            return self.session.rois[roi.name]
        return actions.add_roi(self.session, roi, name=roi.name, color=roi.color)

    def load_roi(self, path: str | Path, pixel_um: float | None = None) -> list[Roi]:
        """Add every region of a GeoJSON file; ``pixel_um`` is the size of a pixel where the file is in pixels."""
        return actions.load_rois(self.session, path, pixel_um)

    def paint_roi(self, path_um: Any, width_um: float, *, name: str | None = None, erase: bool = False) -> Roi | None:
        """Paint a region with a round brush along a path (points, 2), (x, y) in µm; or erase from one."""
        return actions.paint_roi(self.session, path_um, width_um, name=name, erase=erase)

    def region_from_label(self, key: str, label: str, *, name: str | None = None, **settings: Any) -> Roi:
        """Add the region that all cells of a label (a type, a niche) fill; settings are those of FillSettings."""
        return actions.region_from_label(self.session, key, label, name=name, **settings)

    def combine_rois(self, first: str, second: str, how: How = "union", name: str | None = None) -> Roi:
        """Add the union, intersection or difference of two regions as a new one."""
        return actions.combine_rois(self.session, first, second, how, name)

    def grow_roi(self, name: str, distance_um: float) -> Roi:
        """Move a region's edge outward (µm); negative shrinks it."""
        return actions.grow_roi(self.session, name, distance_um)

    def ring_roi(self, name: str, distance_um: float, new_name: str | None = None) -> Roi:
        """Add the band of so many µm around a region as a new one; negative gives the band inside its edge."""
        return actions.ring_roi(self.session, name, distance_um, new_name)

    def duplicate_roi(self, name: str, new_name: str | None = None) -> Roi:
        """Add a copy of a region."""
        return actions.duplicate_roi(self.session, name, new_name)

    def show_roi(self, name: str, visible: bool = True) -> None:
        """Draw a region, or hide its outline."""
        actions.show_roi(self.session, name, visible)

    def choose_roi(self, name: str) -> None:
        """Make a region the one that is edited and regenerated around."""
        actions.choose_roi(self.session, name)

    def rename_roi(self, name: str, new_name: str) -> None:
        """Rename a region."""
        actions.rename_roi(self.session, name, new_name)

    def recolor_roi(self, name: str, color: str) -> None:
        """Give a region another colour."""
        actions.recolor_roi(self.session, name, color)

    def remove_roi(self, name: str) -> None:
        """Remove a region."""
        actions.remove_roi(self.session, name)

    def save_rois(self, path: str | Path, pixel_um: float | None = None) -> None:
        """Write all regions as GeoJSON: in µm, or in pixels of ``pixel_um`` µm for QuPath."""
        actions.save_rois(self.session, path, pixel_um)
