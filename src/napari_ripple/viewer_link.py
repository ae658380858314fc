"""Ties one viewer to one Session: layers follow it, and what is drawn or dropped goes into it."""

from __future__ import annotations

import weakref
from typing import Any

from napari.layers import Points

from napari_ripple import actions
from napari_ripple.actions.tissue.section import Opened
from napari_ripple.canvas.camera_link import CameraLink
from napari_ripple.canvas.caption import Caption
from napari_ripple.canvas.cells.cell_points import CellPoints
from napari_ripple.canvas.cells_link import CellsLink
from napari_ripple.canvas.images_link import ImagesLink
from napari_ripple.canvas.layers import HANDOVER
from napari_ripple.canvas.presence_link import PresenceLink
from napari_ripple.canvas.regions.pen import Tool
from napari_ripple.canvas.roi_link import RoiLink
from napari_ripple.canvas.second_link import SecondLink
from napari_ripple.session import Session
from napari_ripple.state.simulation import Simulation
from napari_ripple.user import log, preferences
from napari_ripple.window import is_open
from napari_ripple.work import ahead, beside, ending, jobs, training
from napari_ripple.work.activity import Activity
from napari_ripple.work.autosave import Autosave
from napari_ripple.work.later import Later
from ripple_core.io.early import EarlySection

CAPTIONED = ("view", "second", "color_by", "section", "model", "simulation", "result", "job", "history")
"""After which events the canvas may have to say something else."""
DOUBLED = ("second", "view", "color_by", "hidden", "label_colors", "rois", "section")
"""After which events a second view may have to be painted again."""

MARKED = ("edits", "rois", "active_roi", "section")
"""After which events other cells may be removed, moved or inserted."""


class ViewerLink:
    """The connection of one viewer and its Session, one list of connections, undone by :meth:`close`."""

    def __init__(self, viewer: Any, session: Session) -> None:
        self._reference = weakref.ref(viewer)
        self.session = session
        self.cells = CellsLink(self.viewer, session)
        self.second = SecondLink(self.viewer, session, self.cells)
        self.caption = Caption(self.viewer, session)
        self.images = ImagesLink(self.viewer, session)
        self.rois = RoiLink(self.viewer, session, lambda: self.cells.cells)
        self.presence = PresenceLink(self.viewer, session)
        self.camera = CameraLink(self.viewer, session)
        self.autosave = Autosave(session)
        self.activity = Activity(session)
        self._restore = Later(self.rois.show, without_qt=False)
        self.is_closed = False
        self._begun: Simulation | None = None
        self._connections = self._pairs(viewer)
        for signal, slot in self._connections:
            signal.connect(slot)
        viewer.mouse_drag_callbacks.append(self.second.grip)
        ahead.watch(session)
        for layer in list(viewer.layers):
            self._adopt(layer, is_there=True)

    def _pairs(self, viewer: Any) -> list[tuple[Any, Any]]:
        """What is heard, and who hears it."""
        events = self.session.events
        return [
            (events.section, self.cells.show_section),
            (events.color_by, self.cells.paint),
            (events.hidden, self.cells.paint),
            (events.label_colors, self.cells.paint),
            (events.columns, self.cells.paint),
            (events.model, self.cells.prepare),
            (events.view, self.cells.paint),
            (events.simulation, self._paint_soon),
            (events.section, self.images.show),
            (events.section, self.rois.show),
            (events.section, self._read_counts),
            (events.is_complete, self.cells.paint),
            (events.rois, self.rois.show),
            (events.active_roi, self.rois.show_active),
            (self.rois.outdated, self._restore.request),
            (events.job, self._on_job),
            (events.simulation, self.second.soon.request),
            *((getattr(events, name), self.second.show) for name in DOUBLED),
            *((getattr(events, name), self.presence.soon.request) for name in MARKED),
            *((getattr(events, name), self.caption.show) for name in CAPTIONED),
            (events.camera, self.camera.move),
            (viewer.scene.camera.events.center, self.camera.look),
            (viewer.scene.camera.events.zoom, self.camera.look),
            (viewer.events.theme, self.cells.paint),
            (viewer.events.theme, self.caption.show),
            (viewer.layers.events.inserted, self._on_inserted),
            (viewer.layers.events.removed, self._on_removed),
        ]

    def viewer(self) -> Any | None:
        """The viewer, or None once it is closed."""
        viewer = self._reference()
        return None if viewer is None or self.is_closed or not is_open(viewer) else viewer

    def draw(self, tool: Tool) -> None:
        """Take up a drawing tool: polygon, lasso, rectangle, ellipse; or select, vertices, pan."""
        self.rois.draw(tool)

    def undo(self) -> None:
        """Give up the outline that is being drawn, or take back the last choice where there is none."""
        if not self.rois.give_up():
            actions.undo(self.session)

    def flush(self) -> None:
        """Paint now what is waiting to be painted."""
        self.cells.soon.flush()
        self.second.soon.flush()
        self.presence.soon.flush()
        self._restore.flush()

    def close(self) -> None:
        """Undo every connection and stop the job; calling it again does nothing."""
        if self.is_closed:
            return
        self.is_closed = True
        jobs.close(self.session)
        ahead.close(self.session)
        beside.close(self.session)
        self.autosave.close()
        self.activity.close()
        self.caption.close()
        training.close(self.session)
        self.cells.soon.close()
        self.second.soon.close()
        self.presence.soon.close()
        self._restore.close()
        self.rois.close()
        for signal, slot in self._connections:
            signal.disconnect(slot)
        self._connections.clear()

    def _paint_soon(self, *_: Any) -> None:
        """Paint a new simulation at once, so that its first cells need not wait for the layer; then now and then."""
        before, self._begun = self._begun, self.session.simulation
        if self._begun is None or self._begun is not before:
            self.cells.paint()
            self.cells.soon.hurry()
        else:
            self.cells.soon.request()

    def _on_job(self, *_: Any) -> None:
        """End the link, and with it the job, once the window has been closed; else show what a job has left."""
        viewer = self.viewer()
        if viewer is None:
            self.close()
        elif not self.session.job.is_busy:
            self.cells.soon.flush()
            self.cells.simulated.settle()
            self.second.simulated.settle()
            self.cells.select(viewer)
            self._read_counts()

    def _read_counts(self, *_: Any) -> None:
        """Read the counts of a section whose cells alone have been read, as soon as nothing else is under way."""
        section = self.session.section
        if isinstance(section, EarlySection) and not section.is_complete and not self.session.job.is_busy:
            jobs.start(self.session, actions.counts_task(self.session, section))

    def _on_inserted(self, event: Any) -> None:
        self._adopt(event.value)

    def _on_removed(self, event: Any) -> None:
        self.cells.forget(event.value)
        self.second.forget(event.value)
        self.presence.forget(event.value)
        had_rois = event.value is self.rois.layer
        self.rois.forget(event.value)
        if had_rois and self.session.rois:
            self._restore.request()

    def _adopt(self, layer: Any, *, is_there: bool = False) -> None:
        """Make a section that the reader has added the Session's; one that was there before becomes a layer of ours, which draws fast."""
        opened = layer.metadata.pop(HANDOVER, None) if isinstance(layer, Points) else None
        if isinstance(opened, Opened):
            viewer = self.viewer()
            if is_there and viewer is not None and not isinstance(layer, CellPoints):
                viewer.layers.remove(layer)
            else:
                self.cells.adopt(layer)
            actions.show_section(self.session, opened)


_links: dict[int, ViewerLink] = {}


def link_for(viewer: Any) -> ViewerLink:
    """The link of a viewer; made at the first call, forgotten with the viewer."""
    whole = getattr(viewer, "__wrapped__", viewer)
    key = id(whole)
    link = _links.get(key)
    if link is None or link.is_closed:
        log.start()
        ending.watch()
        link = _links[key] = ViewerLink(whole, _new_session())
        weakref.finalize(whole, _forget, key, link).atexit = False
    return link


def session_for(viewer: Any) -> Session:
    """The Session of a viewer; every panel of the viewer gets the same."""
    return link_for(viewer).session


def _new_session() -> Session:
    """A session as this user prefers it; what differs from the usual is written in its script."""
    session, preferred = Session(), preferences.load()
    if preferred.zone_um != session.settings.zone_um:
        actions.set_settings(session, zone_um=preferred.zone_um)
        session.go_back_to(session.choices)
    return session


def _forget(key: int, link: ViewerLink) -> None:
    link.close()
    if _links.get(key) is link:
        del _links[key]
