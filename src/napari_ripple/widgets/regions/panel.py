"""The region panel: draw, load, name, colour, change and combine regions, and see at once what the active one holds."""

from __future__ import annotations

from typing import Any

from qtpy.QtWidgets import QFileDialog, QInputDialog, QPushButton

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.fold import Fold
from napari_ripple.widgets.parts.following import Soon
from napari_ripple.widgets.parts.page import Page
from napari_ripple.widgets.parts.wrapped import Wrapped
from napari_ripple.widgets.regions.change import ChangeRegion
from napari_ripple.widgets.regions.from_cells import RegionFromCells
from napari_ripple.widgets.regions.holds import RegionHolds
from napari_ripple.widgets.regions.table import RoiTable
from napari_ripple.widgets.regions.tools import RoiTools
from napari_ripple.work import jobs, warm_up
from ripple_core import qupath
from ripple_core.errors import RippleError
from ripple_core.roi import features_of

FILTER = "GeoJSON (*.geojson *.json)"
PIXELS_FILTER = "GeoJSON for QuPath, in pixels (*.geojson)"
STATISTICS_DELAY_MS = 40
PIXEL_UM = 0.2125
PIXELS = (
    "QuPath writes pixels of the image at full size, and this program works in µm.\n"
    "How many µm is one pixel? QuPath's Image tab says it; 0.2125 is Xenium's."
)
BUTTONS = {
    "Colour": "Choose another colour for the selected region.",
    "Copy": "Add a copy of the selected region.",
    "Delete": "Delete the selected region; Undo brings it back.",
    "Load …": "Load regions from GeoJSON: in µm, or in pixels as QuPath writes it.",
    "Save …": "Save all regions as GeoJSON: in µm, or in pixels for QuPath.",
}


class RoiPanel(Page):
    """Choose the cells that are changed."""

    title = "Region"

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__(napari_viewer)
        self.tools, self.table = RoiTools(), RoiTable()
        self.change, self.from_cells, self.holds = ChangeRegion(), RegionFromCells(), RegionHolds()
        self.change_fold = Fold("Grow, shrink, ring, combine", self.change)
        self.cells_fold = Fold("From cells of one kind", self.from_cells)
        self.facts, self.types, self.markers = self.holds.facts, self.holds.types, self.holds.markers
        buttons = [QPushButton(words) for words in BUTTONS]
        self.color_button, self.copy_button, self.delete_button, self.load_button, self.save_button = buttons
        for button, tip in zip(buttons, BUTTONS.values()):
            button.setToolTip(tip)
        self.put(tones.heading("Draw on the tissue"), self.tools, tones.heading("Regions"), self.table)
        self.put(Wrapped(*buttons), self.change_fold, self.cells_fold, self.holds)
        self.rows.addStretch(1)
        warm_up.polygons()
        self._later = Soon(self, STATISTICS_DELAY_MS, self._show_statistics)
        self._connect()
        self._show_section()

    def _connect(self) -> None:
        events = self.session.events
        self.tools.chosen.connect(self.draw)
        self.tools.brush_changed.connect(self.set_brush)
        self.color_button.clicked.connect(self.table.pick_color)
        self.load_button.clicked.connect(self.browse)
        self.save_button.clicked.connect(self.save)
        self.holds.compared.connect(self._later.request)
        self.wire(self.delete_button.clicked, on_active(actions.remove_roi), takes=0)
        self.wire(self.copy_button.clicked, on_active(actions.duplicate_roi), takes=0)
        self.wire(self.change.grown, on_active(actions.grow_roi))
        self.wire(self.change.ringed, on_active(actions.ring_roi))
        self.wire(self.change.combined, on_active(actions.combine_rois))
        self.wire(self.from_cells.wanted, outline_cells)
        self.wire(self.table.chosen, actions.choose_roi)
        self.wire(self.table.renamed, actions.rename_roi)
        self.wire(self.table.recolored, actions.recolor_roi)
        self.wire(self.table.shown, actions.show_roi)
        for signal in (events.rois, events.active_roi):
            self.follow(signal, self._show_rois)
        self.follow(events.section, self._show_section)
        self.follow(events.columns, self._show_section)
        self.follow(events.color_by, self._later.request)
        self.follow(events.is_complete, self._later.request)
        self.follow(link_for(self.viewer).rois.tool, self.tools.show_tool)

    def draw(self, tool: str) -> None:
        """Take up a drawing tool."""
        link_for(self.viewer).draw(tool)  # type: ignore[arg-type]  # one of TOOLS

    def set_brush(self, width_um: float, erases: bool) -> None:
        """Take a brush of another width, or one that erases."""
        brush = link_for(self.viewer).rois.brush
        brush.erases = erases
        brush.set_width(width_um)

    def browse(self) -> None:
        """Ask for a GeoJSON file, and for the size of its pixels if it has any, and load its regions."""
        path, _ = QFileDialog.getOpenFileName(self, "Load regions", "", FILTER)
        if not path:
            return
        try:
            in_pixels = qupath.is_in_pixels(features_of(path))
        except RippleError:
            in_pixels = False  # loading says what is wrong
        pixel_um = self._ask_pixel("Load") if in_pixels else None
        if pixel_um is not None or not in_pixels:
            self.ask(actions.load_rois, self.session, path, pixel_um)

    def save(self) -> None:
        """Ask where to, in which unit, and save all regions."""
        path, kind = QFileDialog.getSaveFileName(self, "Save regions", "regions.geojson", f"{FILTER};;{PIXELS_FILTER}")
        pixel_um = self._ask_pixel("Save") if path and kind == PIXELS_FILTER else None
        if path and (pixel_um is not None or kind != PIXELS_FILTER):
            self.ask(actions.save_rois, self.session, path, pixel_um)

    def _ask_pixel(self, verb: str) -> float | None:
        """How many µm a pixel is; None when the user thinks better of it."""
        size, is_sure = QInputDialog.getDouble(self, f"{verb} regions in pixels", PIXELS, PIXEL_UM, 0.0001, 1000, 4)
        return size if is_sure else None

    def _show_section(self) -> None:
        """Offer the section's cells, and show the regions on it."""
        self.from_cells.show_section(self.session.section)
        self._show_rois()

    def _show_rois(self) -> None:
        """Show the list, then, soon, what the active region holds."""
        session = self.session
        cells = {name: len(session.roi_rows(name)) for name in session.rois}
        self.table.show_rois(session.rois, session.active_roi, cells)
        self.change.show_regions(session.rois, session.active_roi)
        self.holds.show_regions(session.rois, session.active_roi)
        for widget in (self.table, self.change_fold):
            widget.setVisible(bool(session.rois))
        for button in (self.color_button, self.copy_button, self.delete_button, self.save_button):
            button.setEnabled(bool(session.rois))
        self._later.request()

    def _show_statistics(self) -> None:
        """Show number of cells, composition and markers of the active region."""
        found = self.session.roi_statistics(against=self.holds.other())
        self.holds.show_statistics(self.session, found)


def on_active(action: Any) -> Any:
    """An action on the region that is selected; nothing happens without one."""

    def act(session: Session, *values: Any) -> Any:
        return None if session.active_roi is None else action(session, session.active_roi, *values)

    return act


def outline_cells(session: Session, key: str, label: str, join_um: float) -> None:
    """Outline all cells of a label, away from the screen."""
    jobs.start(session, actions.region_from_label_task(session, key, label, join_um=join_um))
