"""Keeps the layer that regions are drawn on and the Session's regions the same, whichever changes first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

import numpy as np
from napari.layers import Shapes
from napari.settings import get_settings
from shapely.geometry.base import BaseGeometry

from napari_ripple import actions, colors, layers
from napari_ripple.session import Session
from ripple_core.errors import DataError
from ripple_core.roi import Roi

Tool = Literal["polygon", "lasso", "rectangle", "ellipse", "select", "vertices", "pan"]
MODES: dict[str, str] = {
    "polygon": "add_polygon",
    "lasso": "add_polygon_lasso",
    "rectangle": "add_rectangle",
    "ellipse": "add_ellipse",
    "select": "select",
    "vertices": "direct",
    "pan": "pan_zoom",
}
TOOLS = tuple(MODES)
FINISHED = ("added", "changed", "removed")
SMALLEST_CELLS = 2.0
COLUMN = "roi"


class RoiLink:
    """The Shapes layer of one viewer.

    A shape knows its region by the ``roi`` column of the layer's features; several shapes of one name are one region by
    the even-odd rule. What the user draws goes to the Session through actions; what changes there is drawn again.
    """

    def __init__(self, viewer: Callable[[], Any], session: Session, cells: Callable[[], Any]) -> None:
        self._viewer = viewer
        self._cells = cells
        self.session = session
        self.layer: Shapes | None = None
        self._seen: dict[str, BaseGeometry] = {}
        self._count = 0
        self._busy = False
        self._epsilon: float | None = None

    def draw(self, tool: Tool) -> None:
        """Take up a tool: the next drag or clicks in the viewer draw a region with it."""
        viewer = self._viewer()
        if viewer is None:
            return
        if self.layer is None or self.layer not in viewer.layers:
            self._create(viewer)
        if self.layer is not None:
            self.layer.visible = True
            viewer.layers.selection.active = self.layer
            self.layer.mode = MODES[tool]

    def show(self, *_: Any) -> None:
        """Draw the Session's regions, unless it was the layer that just changed them."""
        viewer = self._viewer()
        if viewer is None or self._busy:
            return
        if self.layer is None or self.layer not in viewer.layers:
            if self.session.rois:
                self._create(viewer)
            return
        self._fill()

    def forget(self, layer: Any) -> None:
        """Let go of a layer that has been removed from the viewer; the regions stay."""
        if layer is self.layer:
            self._disconnect()
            self.layer = None

    def close(self) -> None:
        """Give back what was borrowed from napari's settings and let go of the layer."""
        self._disconnect()
        self.layer = None

    def read(self, action: str) -> None:
        """Tell the Session what has been drawn, moved or removed."""
        if self._busy or self.layer is None:
            return
        self._busy = True
        try:
            if action == "added":
                self._unname(range(self._count, len(self.layer.data)))
            new, groups = self._groups()
            for index in new:
                self._take(index)
            for name, indices in groups.items():
                self._compare(name, indices)
            if action == "removed":
                for name in [name for name in self.session.rois if name not in groups]:
                    actions.remove_roi(self.session, name)
        finally:
            self._count = len(self.layer.data)
            self._busy = False

    def _create(self, viewer: Any) -> None:
        edge = layers.edge_width_um(self.session.section)
        name, units, axes = layers.ROI_LAYER_NAME, layers.UNITS, layers.AXES
        self.layer = Shapes(ndim=2, name=name, edge_width=edge, units=units, axis_labels=axes)
        self._fill()
        viewer.add_layer(self.layer)
        self.layer.events.data.connect(self._on_data)
        self.layer.events.mode.connect(self._on_mode)
        self.layer.selected_data.events.items_changed.connect(self._on_select)

    def _disconnect(self) -> None:
        self._keep_all_corners(False)
        if self.layer is not None:
            self.layer.events.data.disconnect(self._on_data)
            self.layer.events.mode.disconnect(self._on_mode)
            self.layer.selected_data.events.items_changed.disconnect(self._on_select)

    def _fill(self) -> None:
        """Make the layer's shapes those of the Session."""
        if self.layer is None:
            return
        self._busy = True
        try:
            edge = layers.edge_width_um(self.session.section)
            arguments = layers.roi_arguments(list(self.session.rois.values()), edge)
            rings = [layers.from_section(ring, self.layer, self._cells()) for ring in arguments.pop("data")]
            features = arguments.pop("features")
            self.layer.selected_data = set()
            self.layer.data = []
            if rings:
                self.layer.add(rings, **arguments)
            self.layer.features = features
            self.layer.feature_defaults = {COLUMN: ""}
            self._prepare_pen(edge)
            self._count = len(self.layer.data)
            self._seen = {name: self._geometry(indices) for name, indices in self._groups()[1].items()}
        finally:
            self._busy = False

    def _prepare_pen(self, edge: float) -> None:
        """What the next shape looks like while it is drawn: a line of the next colour, nearly clear inside."""
        color = actions.next_color(self.session)
        self.layer.current_edge_width = edge
        self.layer.current_edge_color = color
        self.layer.current_face_color = color + layers.FILL_ALPHA

    def _groups(self) -> tuple[list[int], dict[str, list[int]]]:
        """Indices of shapes without a region, and of the shapes of each region."""
        new: list[int] = []
        groups: dict[str, list[int]] = {}
        names = list(self.layer.features[COLUMN]) if COLUMN in self.layer.features else []
        names += [""] * (len(self.layer.data) - len(names))
        for index, name in enumerate(names[: len(self.layer.data)]):
            if name in self.session.rois:
                groups.setdefault(name, []).append(index)
            else:
                new.append(index)
        return new, groups

    def _geometry(self, indices: list[int]) -> BaseGeometry:
        return self._roi(indices).geometry

    def _roi(self, indices: list[int]) -> Roi:
        kinds, data = self.layer.shape_type, self.layer.data
        shapes = [(str(kinds[i]), layers.to_section(data[i], self.layer, self._cells())) for i in indices]
        return layers.roi_from_shapes(shapes)

    def _unname(self, indices: Iterable[int]) -> None:
        """Take the name off shapes that have just been added: napari gives them that of the selected one."""
        features = self.layer.features.copy()
        for index in indices:
            features.loc[index, COLUMN] = ""
        self.layer.features = features[: len(self.layer.data)]

    def _take(self, index: int) -> None:
        """Make a region of a new shape; a line, or a click that drew nothing, is left alone."""
        try:
            drawn = self._roi([index])
        except DataError as error:
            self.session.message = str(error)
            return
        if self._is_a_slip(drawn):
            self.session.message = (
                "That outline was too small to hold a cell. Hold the button and drag to draw a region."
            )
            return
        roi = actions.add_roi(self.session, drawn)
        self._seen[roi.name] = roi.geometry
        self._name(index, roi)

    def _is_a_slip(self, roi: Roi) -> bool:
        """Whether an outline is what a click without a drag leaves."""
        section = self.session.section
        if section is None or len(section) < 2 or roi.contains(section.xy_um).any():
            return False
        return roi.area_um2 < (SMALLEST_CELLS * section.nearest_um) ** 2

    def _compare(self, name: str, indices: list[int]) -> None:
        """Tell the Session where a region's outline has changed."""
        try:
            geometry = self._geometry(indices)
        except DataError:
            return
        if name not in self._seen or not geometry.equals(self._seen[name]):
            self._seen[name] = geometry
            actions.change_roi(self.session, name, Roi(geometry))

    def _name(self, index: int, roi: Roi) -> None:
        """Write a region's name and colours on its shape."""
        features = self.layer.features.copy()
        features.loc[index, COLUMN] = roi.name
        self.layer.features = features[: len(self.layer.data)]
        edges, faces = np.array(self.layer.edge_color), np.array(self.layer.face_color)
        edges[index] = colors.rgba(roi.color)
        faces[index] = colors.rgba(roi.color, int(layers.FILL_ALPHA, 16) / 255)
        self.layer.edge_color, self.layer.face_color = edges, faces

    def _on_data(self, event: Any) -> None:
        action = str(getattr(event.action, "value", event.action))
        if action in FINISHED:
            self.read(action)

    def _on_mode(self, event: Any) -> None:
        self._keep_all_corners(str(self.layer.mode) == MODES["lasso"])

    def _on_select(self, *_: Any) -> None:
        """Make the region active whose shape the user has clicked."""
        if self._busy or self.layer is None or str(self.layer.mode) not in (MODES["select"], MODES["vertices"]):
            return
        chosen = {name for name, indices in self._groups()[1].items() if set(indices) & set(self.layer.selected_data)}
        if len(chosen) == 1 and chosen != {self.session.active_roi}:
            actions.choose_roi(self.session, chosen.pop())

    def _keep_all_corners(self, keep: bool) -> None:
        """Stop napari from thinning out a lasso while it is drawn; the user's own setting comes back afterwards."""
        settings = get_settings().experimental
        if keep and self._epsilon is None:
            self._epsilon = settings.rdp_epsilon
            _set_silently(settings, 0.0)
        elif not keep and self._epsilon is not None:
            _set_silently(settings, self._epsilon)
            self._epsilon = None


def _set_silently(settings: Any, epsilon: float) -> None:
    """Set the thinning for this moment only: without the event, nothing is written to the user's settings file."""
    with settings.events.rdp_epsilon.blocker():
        settings.rdp_epsilon = epsilon
