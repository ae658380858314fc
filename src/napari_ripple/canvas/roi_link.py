"""Keeps the layer that regions are drawn on and the Session's regions the same, whichever changes first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.layers import Shapes
from psygnal import Signal
from shapely.geometry.base import BaseGeometry

from napari_ripple import actions
from napari_ripple.canvas import layers
from napari_ripple.canvas.regions import pen, roi_shapes
from napari_ripple.canvas.regions.brush import Brush
from napari_ripple.canvas.regions.roi_layer import RoiShapes
from napari_ripple.session import Session
from ripple_core.errors import DataError
from ripple_core.roi import Roi

FINISHED = ("added", "changed", "removed")
UNFILLED = "{}: napari cannot fill an outline of this form, so only its line is drawn. The region itself is whole."
TOO_SMALL = "That outline was too small to hold a cell. Hold the button and drag to draw a region."


class RoiLink:
    """The Shapes layer of one viewer.

    A shape knows its region by the ``roi`` column of the layer's features; several shapes of one name are one region by
    the even-odd rule. What the user draws goes to the Session through actions; what changes there is drawn again.
    ``tool`` is emitted with the tool that is taken up, here or with napari's own buttons, ``outdated`` when the shapes are
    not the Session's regions and should be drawn again once napari is done with them: a shape was drawn that is no
    region or cannot be filled as it was drawn, or the regions have changed while an outline was being drawn, which is not
    to be disturbed.
    """

    tool = Signal(str)
    outdated = Signal()

    def __init__(self, viewer: Callable[[], Any], session: Session, cells: Callable[[], Any]) -> None:
        self._viewer = viewer
        self._cells = cells
        self.session = session
        self.layer: RoiShapes | None = None
        self.brush = Brush(session, cells, self._preview)
        self._lasso = pen.WholeLasso()
        self._seen: dict[str, BaseGeometry] = {}
        self._unfilled: set[str] = set()
        self._count = 0
        self._busy = False
        self._is_behind = False

    def draw(self, tool: pen.Tool) -> None:
        """Take up a tool: the next drag or clicks in the viewer draw a region with it."""
        viewer = self._viewer()
        if viewer is None:
            return
        if self.layer is None or self.layer not in viewer.layers:
            self._create(viewer)
        if self.layer is not None:
            _prepare_pen(self.layer, self.session)
            self._take_up(viewer, self.layer, tool)

    def show(self, *_: Any) -> None:
        """Draw the Session's regions, unless it was the layer that just changed them."""
        viewer = self._viewer()
        if viewer is None or self._busy:
            return
        if self.layer is not None and self.layer in viewer.layers:
            self._fill()
        elif self.session.rois:
            self._create(viewer)

    def show_active(self, *_: Any) -> None:
        """Make the line of the active region bolder; an outline that is being drawn is not touched."""
        if self.layer is not None:
            roi_shapes.make_bold(self.layer, self.session.active_roi, layers.edge_width_um(self.session.section))

    def give_up(self) -> bool:
        """Give up the outline that is being drawn; False where there is none."""
        if self.layer is None or not self.layer.is_unfinished:
            return False
        self.layer.give_up()
        return True

    def forget(self, layer: Any) -> None:
        """Let go of a layer that has been removed from the viewer; the regions stay."""
        if layer is self.layer:
            self.close()

    def _take_up(self, viewer: Any, layer: Shapes, tool: pen.Tool) -> None:
        """Take up the brush, or a tool of napari's own; where its mode stays, the change of tool is told here."""
        had_brush = self.brush.is_up
        self.brush.let_go()
        pen.take_up(viewer, layer, "pan" if tool == "brush" else tool)
        if tool == "brush":
            self.brush.take_up(layer)
        if tool == "brush" or (had_brush and tool == "pan"):
            self.tool.emit(tool)

    def close(self) -> None:
        """Give back what was borrowed from napari's settings and let go of the layer."""
        self._lasso.give_back()
        self.brush.let_go()
        if self.layer is not None:
            self.layer.events.data.disconnect(self._on_data)
            self.layer.events.mode.disconnect(self._on_mode)
            self.layer.selected_data.events.items_changed.disconnect(self._on_select)
            self.layer = None

    def _on_data(self, event: Any) -> None:
        """Tell the Session what has been drawn, moved or removed."""
        action = str(getattr(event.action, "value", event.action))
        if self._busy or self.layer is None or action not in FINISHED:
            return
        self._busy = True
        try:
            if action == "added":
                roi_shapes.unname(self.layer, range(self._count, len(self.layer.data)))
            new, named = roi_shapes.groups(self.layer, self.session.rois)
            for index in new if not self._is_behind else [index for index in new if index >= self._count]:
                self._take(self.layer, index)
            for name, indices in named.items():
                self._compare(self.layer, name, indices)
            if action == "removed":
                for name in [name for name in self._seen if name in self.session.rois and name not in named]:
                    actions.remove_roi(self.session, name)
        finally:
            self._count = len(self.layer.data)
            self._busy = False
            if self._is_behind or roi_shapes.unfilled(self.layer, self.session.rois) - self._unfilled:
                self.outdated.emit()

    def _create(self, viewer: Any) -> None:
        edge = layers.edge_width_um(self.session.section)
        name, units, axes = layers.ROI_LAYER_NAME, layers.UNITS, layers.AXES
        self.layer = RoiShapes(ndim=2, cells=self._cells, name=name, edge_width=edge, units=units, axis_labels=axes)
        self._fill()
        viewer.add_layer(self.layer)
        self.layer.events.data.connect(self._on_data)
        self.layer.events.mode.connect(self._on_mode)
        self.layer.selected_data.events.items_changed.connect(self._on_select)

    def _preview(self, stroke: roi_shapes.Stroke | None) -> None:
        """Draw a stroke that is being made above the regions; None takes it away."""
        if self.layer is None or self._viewer() is None:
            return
        self._busy = True
        try:
            if stroke is None:
                roi_shapes.take_stroke_away(self.layer, self._count)
            else:
                roi_shapes.draw_stroke(self.layer, stroke, self._count, self._cells())
        finally:
            self._busy = False

    def _fill(self) -> None:
        """Make the layer's shapes those of the Session."""
        layer, cells, rois = self.layer, self._cells(), self.session.rois
        if layer is None:
            return
        self._is_behind = layer.is_unfinished
        if self._is_behind:
            return
        self._busy = True
        try:
            shown = [roi for roi in rois.values() if roi.visible]
            roi_shapes.fill(layer, shown, layers.edge_width_um(self.session.section), cells)
            _prepare_pen(layer, self.session)
            self._count = len(layer.data)
            self.show_active()
            named = roi_shapes.groups(layer, rois)[1]
            self._seen = {name: roi_shapes.region(layer, indices, cells).geometry for name, indices in named.items()}
            self._tell_unfilled(layer)
        finally:
            self._busy = False

    def _tell_unfilled(self, layer: RoiShapes) -> None:
        """Say once of which regions only the line is drawn."""
        before, self._unfilled = self._unfilled, roi_shapes.unfilled(layer, self.session.rois)
        new = sorted(self._unfilled - before)
        if new:
            self.session.message = UNFILLED.format(", ".join(new))

    def _take(self, layer: Shapes, index: int) -> None:
        """Make a region of a new shape; a line, or a click that drew nothing, makes none."""
        try:
            drawn = roi_shapes.region(layer, [index], self._cells())
        except DataError as error:
            self.session.message = str(error)
            self.outdated.emit()
            return
        if roi_shapes.is_a_slip(drawn, self.session.section):
            self.session.message = TOO_SMALL
            self.outdated.emit()
            return
        roi = actions.add_roi(self.session, drawn)
        self._seen[roi.name] = roi.geometry
        roi_shapes.name(layer, index, roi)
        _prepare_pen(layer, self.session)
        self.show_active()

    def _compare(self, layer: Shapes, name: str, indices: list[int]) -> None:
        """Tell the Session where a region's outline has changed."""
        try:
            geometry = roi_shapes.region(layer, indices, self._cells()).geometry
        except DataError:
            return
        if name not in self._seen or not geometry.equals(self._seen[name]):
            self._seen[name] = geometry
            actions.change_roi(self.session, name, Roi(geometry))

    def _on_mode(self, event: Any) -> None:
        mode = str(event.source.mode)
        self._lasso.follow(mode)
        self.brush.let_go()
        if mode in pen.TOOLS:
            self.tool.emit(pen.TOOLS[mode])

    def _on_select(self, *_: Any) -> None:
        """Make the region active whose shape the user has clicked."""
        if self._busy or self.layer is None or str(self.layer.mode) not in pen.CHOOSING:
            return
        named, selected = roi_shapes.groups(self.layer, self.session.rois)[1], set(self.layer.selected_data)
        chosen = {name for name, indices in named.items() if set(indices) & selected}
        if len(chosen) == 1 and chosen != {self.session.active_roi}:
            actions.choose_roi(self.session, chosen.pop())


def _prepare_pen(layer: Shapes, session: Session) -> None:
    """The next shape gets the colour that the next region will have."""
    pen.prepare(layer, actions.next_color(session), layers.edge_width_um(session.section))
