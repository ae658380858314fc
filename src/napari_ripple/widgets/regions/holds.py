"""What a region holds: its cells by type, and the genes raised in it against the rest or another region."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from napari_ripple.canvas import colors
from napari_ripple.session import Session
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.drawn.bars import Bar, Bars
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.page import row
from ripple_core.regions.holding import RoiStatistics

MAX_TYPES, MAX_MARKERS = 8, 6
REST = "the rest"


class RegionHolds(QWidget):
    """Facts, composition and markers; emits ``compared`` when markers against something else are asked for."""

    compared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.facts, self.types, self.markers = tones.quiet(), Bars(), Bars()
        self.types_heading = tones.heading("Cells in the region")
        self.markers_heading, self.against = tones.heading("Raised against"), DropDown()
        self.against.addItem(REST)
        self.against.setToolTip(
            "Fold change of each gene's mean in this region against all other cells, or a region's."
        )
        self.against.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.facts, self.types_heading, self.types):
            column.addWidget(widget)
        column.addLayout(row(self.markers_heading, self.against, stretch=1))
        column.addWidget(self.markers)
        self.nothing = tones.quiet("No gene is raised.")
        column.addWidget(self.nothing)
        self.against.activated.connect(lambda _: self.compared.emit())

    def other(self) -> str | None:
        """The region that markers are compared with; None for the rest of the section."""
        return None if self.against.currentIndex() <= 0 else self.against.currentText()

    def show_regions(self, names: Iterable[str], active: str | None) -> None:
        """Offer every other region to compare with."""
        before = self.other()
        self.against.clear()
        self.against.addItems([REST, *(name for name in names if name != active)])
        self.against.setCurrentIndex(max(0, self.against.findText(before)) if before is not None else 0)

    def show_statistics(self, session: Session, found: RoiStatistics | None) -> None:
        """Show number of cells, composition and markers."""
        self.facts.setText(facts_line(session, found))
        types, markers = ([], []) if found is None else (type_bars(session, found), marker_bars(found))
        has_cells = found is not None and found.cells > 0
        self.types.show_bars(types)
        self.types_heading.setVisible(bool(types))
        self.markers.show_bars(markers)
        for widget in (self.markers_heading, self.against):
            widget.setVisible(has_cells)
        self.nothing.setVisible(has_cells and not markers)


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
    categories = tuple(map(str, session.section.labels(key).cat.categories))
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
