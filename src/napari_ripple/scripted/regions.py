"""Scripted calls that draw, load, change and keep regions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from napari_ripple import actions
from napari_ripple.scripted.base import Scripted
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

    def load_roi(self, path: str | Path) -> list[Roi]:
        """Add every region of a GeoJSON file."""
        return actions.load_rois(self.session, path)

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

    def save_rois(self, path: str | Path) -> None:
        """Write all regions as GeoJSON."""
        actions.save_rois(self.session, path)
