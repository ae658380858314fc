"""The region panel: draw, load, name and colour regions, and see at once what the active one holds."""

from __future__ import annotations

from typing import Any

from qtpy.QtWidgets import QFileDialog, QPushButton

from napari_ripple import actions
from napari_ripple.canvas import colors
from napari_ripple.roi_summary import RoiStatistics
from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for
from napari_ripple.widgets import tones
from napari_ripple.widgets.bars import Bar, Bars
from napari_ripple.widgets.following import Soon
from napari_ripple.widgets.page import Page, row
from napari_ripple.widgets.roi_table import RoiTable
from napari_ripple.widgets.roi_tools import RoiTools
from napari_ripple.work import warm_up

FILTER = "GeoJSON (*.geojson *.json)"
STATISTICS_DELAY_MS = 40
MAX_TYPES, MAX_MARKERS = 8, 6


class RoiPanel(Page):
    """Choose the cells that are changed."""

    title = "Region"

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__(napari_viewer)
        self.tools, self.table = RoiTools(), RoiTable()
        self.color_button, self.delete_button = QPushButton("Colour"), QPushButton("Delete")
        self.load_button, self.save_button = QPushButton("Load …"), QPushButton("Save …")
        self.delete_button.setToolTip("Delete the selected region; Undo brings it back.")
        self.color_button.setToolTip("Choose another colour for the selected region.")
        self.load_button.setToolTip("Load regions from a GeoJSON file, in µm (QuPath writes them too).")
        self.save_button.setToolTip("Save all regions as GeoJSON, in µm.")
        self.facts = tones.quiet()
        self.types_heading, self.types = tones.heading("Cells in the region"), Bars()
        self.markers_heading, self.markers = tones.heading("Raised against the rest (fold)"), Bars()
        self.put(tones.heading("Draw on the tissue"), self.tools, tones.heading("Regions"), self.table)
        self.rows.addLayout(row(self.color_button, self.delete_button, self.load_button, self.save_button))
        self.put(self.facts, self.types_heading, self.types, self.markers_heading, self.markers)
        self.rows.addStretch(1)
        warm_up.polygons()
        self._later = Soon(self, STATISTICS_DELAY_MS, self._show_statistics)
        self._connect()
        self._show_rois()

    def _connect(self) -> None:
        events = self.session.events
        self.tools.chosen.connect(self.draw)
        self.color_button.clicked.connect(self.table.pick_color)
        self.load_button.clicked.connect(self.browse)
        self.save_button.clicked.connect(self.save)
        self.wire(self.delete_button.clicked, delete_active, takes=0)
        self.wire(self.table.chosen, actions.choose_roi)
        self.wire(self.table.renamed, actions.rename_roi)
        self.wire(self.table.recolored, actions.recolor_roi)
        for signal in (events.rois, events.active_roi, events.section):
            self.follow(signal, self._show_rois)
        self.follow(events.color_by, self._later.request)
        self.follow(link_for(self.viewer).rois.tool, self.tools.show_tool)

    def draw(self, tool: str) -> None:
        """Take up a drawing tool."""
        link_for(self.viewer).draw(tool)  # type: ignore[arg-type]  # one of TOOLS

    def browse(self) -> None:
        """Ask for a GeoJSON file and load its regions."""
        path, _ = QFileDialog.getOpenFileName(self, "Load regions", "", FILTER)
        if path:
            self.ask(actions.load_rois, self.session, path)

    def save(self) -> None:
        """Ask where to, and save all regions."""
        path, _ = QFileDialog.getSaveFileName(self, "Save regions", "regions.geojson", FILTER)
        if path:
            self.ask(actions.save_rois, self.session, path)

    def _show_rois(self) -> None:
        """Show the list, then, soon, what the active region holds."""
        session = self.session
        cells = {name: len(session.roi_rows(name)) for name in session.rois}
        self.table.show_rois(session.rois, session.active_roi, cells)
        self.table.setVisible(bool(session.rois))
        for button in (self.color_button, self.delete_button, self.save_button):
            button.setEnabled(bool(session.rois))
        self._later.request()

    def _show_statistics(self) -> None:
        """Show number of cells, composition and markers of the active region."""
        found = self.session.roi_statistics()
        self.facts.setText(facts_line(self.session, found))
        types, markers = ([], []) if found is None else (type_bars(self.session, found), marker_bars(found))
        self.types.show_bars(types)
        self.types_heading.setVisible(bool(types))
        self.markers.show_bars(markers)
        self.markers_heading.setVisible(bool(markers))


def delete_active(session: Session) -> None:
    """Delete the region that is selected."""
    if session.active_roi is not None:
        actions.remove_roi(session, session.active_roi)


def facts_line(session: Session, found: RoiStatistics | None) -> str:
    """How many cells a region holds and how large it is, or what to do first."""
    if found is None:
        return "Open a section first." if session.section is None else "Draw a region on the tissue, or load one."
    if not found.cells:
        return f"No cell lies inside ({found.area_um2:,.0f} µm²). Draw it over the tissue."
    return f"<b>{found.cells:,} cells</b> · {found.share:.1%} of the section · {found.area_um2:,.0f} µm²"


def type_bars(session: Session, found: RoiStatistics) -> list[Bar]:
    """The composition as bars in the legend's colours."""
    key = session.label_key
    if session.section is None or key is None:
        return []
    table = session.section.obs[key].astype("category").cat.remove_unused_categories()
    categories = tuple(map(str, table.cat.categories))
    bars = []
    for name, cells in list(found.composition.items())[:MAX_TYPES]:
        color, share = colors.label_color(categories, name, session.label_colors), cells / found.cells
        bars.append(Bar(name, share, f"{cells:,} · {share:.0%}", color))
    return bars


def marker_bars(found: RoiStatistics) -> list[Bar]:
    """The top markers as bars of their log2 fold change."""
    shown = found.markers[:MAX_MARKERS]
    top = max((marker.log2_fold for marker in shown), default=1.0)
    return [Bar(marker.gene, marker.log2_fold / top, f"× {2**marker.log2_fold:.1f}") for marker in shown]
