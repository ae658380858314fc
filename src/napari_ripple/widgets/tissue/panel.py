"""The tissue panel: open a section, see what was found, and choose what its cells are coloured by."""

from __future__ import annotations

from html import escape
from typing import Any

from napari_ripple import actions
from napari_ripple.canvas import colors
from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for
from napari_ripple.widgets.coloring.choice import ColorChoice
from napari_ripple.widgets.coloring.color_bar import ColorBar
from napari_ripple.widgets.coloring.legend_box import LegendBox
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.following import WHILE_RUNNING_MS, Soon
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.page import Page
from napari_ripple.widgets.parts.wrapped import Wrapped
from napari_ripple.widgets.tissue.example import open_example
from napari_ripple.widgets.tissue.open_buttons import OpenFile, OpenFolder
from napari_ripple.work import jobs, warm_up
from napari_ripple.work.which_table import which_table
from ripple_core.io.describe import Report
from ripple_core.section import Section

SCALE_DELAY_MS = 120
WORTH_SAYING = 10**8
"""Counts in memory that take so many bytes are told of; those on disk always are."""
NOTHING_OPEN = (
    "A section is a file (.h5ad, .zarr) or the folder of a Xenium, Visium, MERSCOPE or CosMx run. "
    "Open it, or drop it on the window."
)


class TissuePanel(Page):
    """Open a section and colour its cells."""

    title = "Tissue"

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__(napari_viewer)
        self.open_button, self.folder_button = OpenFile(), OpenFolder()
        self.example_button = tones.button(
            "Try the example", "A made tissue with a region, an edit and a small model, ready to regenerate."
        )
        self.found = tones.quiet()
        self.notes = tones.alarm()
        self.sections = DropDown()
        self.sections.setToolTip("The sections of this file.")
        self.choice_heading, self.choice = tones.heading("Colour the cells by"), ColorChoice()
        self.legend_box, self.color_bar = LegendBox(), ColorBar()
        self.legend = self.legend_box.legend
        self.put(Wrapped(self.open_button, self.folder_button, self.example_button))
        self.put(self.found, self.notes, self.sections, self.choice_heading)
        self.put(self.choice, self.color_bar, self.legend_box)
        self.rows.addStretch(1)
        self._later = Soon(self, SCALE_DELAY_MS, self._show_colors, only_seen=True)
        self._running = Soon(self, WHILE_RUNNING_MS, self._show_colors, only_seen=True)
        self._connect()
        self._show_section()
        warm_up.cells()
        link_for(self.viewer).caption.rehearse()

    def open(self, path: str) -> None:
        """Read a section away from the screen and show it; of several tables the user chooses one."""
        table = which_table(path, self)
        if table is not None:
            self.ask(jobs.open_section, self.session, table)

    def _connect(self) -> None:
        events = self.session.events
        self.open_button.chosen.connect(self.open)
        self.folder_button.chosen.connect(self.open)
        self.wire(self.example_button.clicked, open_example, takes=0)
        self.wire(self.sections.textActivated, actions.choose_section)
        self.wire(self.choice.gene, actions.color_by, kind="gene")
        self.wire(self.choice.several, actions.color_by_genes)
        self.wire(self.choice.gene_set, actions.color_by_set)
        self.wire(self.choice.label, actions.color_by, kind="label")
        self.wire(self.choice.log, set_log)
        self.wire(self.choice.limits, actions.set_limits)
        self.wire(self.legend.hidden_changed, actions.hide_labels)
        self.wire(self.legend.color_chosen, actions.recolor_label)
        self.wire(self.legend.region_wanted, outline_label)
        self.follow(events.section, self._show_section)
        self.follow(events.is_complete, self._show_section)
        self.follow(events.hidden, self.legend_box.show_hidden)
        self.follow(events.columns, self._show_section)
        self.follow(events.color_by, self._show_colors)
        self.follow(events.label_colors, self._show_colors)
        self.follow(events.view, self._later.request)
        self.follow(events.simulation, self._running.request)

    def _show_section(self) -> None:
        """Say what was found, and offer what it can be coloured by."""
        session = self.session
        self.found.setText(found_line(session.section, session.report, len(session.sections)))
        notes = session.section.notes if session.section is not None else ()
        self.example_button.setVisible(session.section is None)
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        self.sections.clear()
        self.sections.addItems([section.name for section in session.sections])
        self.sections.setCurrentText("" if session.section is None else session.section.name)
        self.sections.setVisible(len(session.sections) > 1)
        self.choice.show_section(session.section)
        for widget in (self.choice_heading, self.choice):
            widget.setVisible(session.section is not None)
        self._show_colors()

    def _show_colors(self) -> None:
        """Show the choice, and the legend or colour bar that belongs to it."""
        self._later.stop()
        picture = self.session.display_values()
        paint = None if picture is None else picture.simulated or picture.cells
        entries = [] if paint is None else colors.legend(paint, self.session.hidden, self.session.label_colors)
        self.legend_box.setVisible(bool(entries))
        self.legend_box.show_entries(entries, 0 if paint is None else paint.n_unknown)
        has_scale = paint is not None and paint.kind in ("numbers", "response")
        self.choice.show_choice(self.session.color_by, has_scale=has_scale)
        self.color_bar.setVisible(has_scale)
        if paint is not None and has_scale:
            self.color_bar.show_scale(paint)


def outline_label(session: Session, label: str) -> None:
    """Make a region of all cells of a label of the column that is shown, away from the screen."""
    jobs.start(session, actions.region_from_label_task(session, session.color_by.key, label))


def set_log(session: Session, log: bool) -> None:
    """Show log-normalised values, or raw counts, of what is shown now."""
    by = session.color_by
    if by.kind != "set":
        actions.color_by(session, by.key, kind=by.kind, log=log)


def in_words(size: int) -> str:
    """A number of bytes as it is read.

    >>> in_words(52_000_000), in_words(1_190_000_000)
    ('52 MB', '1.2 GB')
    """
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"


def found_line(section: Section | None, report: Report | None, sections: int) -> str:
    """What was found, in one or two lines."""
    if section is None:
        return NOTHING_OPEN
    parts = [f"<b>{section.name}</b>: {len(section):,} cells × {len(section.genes):,} genes"]
    if report is not None:
        parts.append(f"{sections} sections" if sections > 1 else "1 section")
        read = report.space if section.is_complete else "<b>counts are still being read</b>"
        parts += [f"positions {report.unit}", f"expression: {read}"]
    if section.is_complete and (section.is_on_disk or section.counts_bytes >= WORTH_SAYING):
        parts.append(f"counts {'on disk' if section.is_on_disk else 'in memory'}: {in_words(section.counts_bytes)}")
    notes = [] if report is None else [note for note in report.notes if note not in section.notes]
    return "<br>".join([" · ".join(parts), *map(escape, notes)])
