"""The page on which genes are picked: sources of a DEG table above, its volcano, cut-offs and chosen genes below."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from napari_ripple import actions
from napari_ripple.session import JobState, Session
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.page import Page, row
from napari_ripple.widgets.picking.chosen import ChosenGenes
from napari_ripple.widgets.picking.compare_form import CompareForm, group_choices
from napari_ripple.widgets.picking.cut_offs import CutOffs
from napari_ripple.widgets.picking.volcano import Volcano
from napari_ripple.work import jobs
from ripple_core.genesets.tables import known_sets, sets_of

FILTER = "Tables, nets and gene sets (*.csv *.tsv *.txt *.gmt);;All files (*)"
CHOOSE = "choose …"


class PickTab(QWidget):
    """Picks genes from a DEG table; everything it shows is in the page's session. Emits ``opened`` with a file's path."""

    opened = Signal(str)

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.session: Session = page.session
        self.open_button, self.compare_button = QPushButton("Open …"), QPushButton("Compare …")
        self.open_button.setToolTip("Open a DEG table, a net (source, target, weight) or a GMT.")
        self.compare_button.setToolTip("Compare two cell types or two regions of this section.")
        self.compare_button.setCheckable(True)
        self.ranked, self.sets = DropDown(), DropDown()
        self.ranked.setToolTip("Groups that the file has ranked already (rank_genes_groups).")
        self.sets.setToolTip("The sets, sources or groups of the file.")
        self.form, self.bar, self.facts = CompareForm(), QProgressBar(), tones.quiet()
        self.volcano, self.cuts, self.chosen = Volcano(), CutOffs(), ChosenGenes()
        self.use_button = tones.primary(
            "Use these as the edit", "Change the region's cells by the fold changes of the chosen genes."
        )
        self.path = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 6)
        column.addLayout(row(self.open_button, self.compare_button))
        self.below = (self.facts, self.volcano, self.cuts, self.use_button, self.chosen)
        for widget in (self.ranked, self.sets, self.form, self.bar, *self.below):
            column.addWidget(widget)
        for combo in (self.ranked, self.sets):
            combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._connect(page)
        self._show_groups()
        self._show_picking()
        self._show_job(self.session.job)

    def _connect(self, page: Page) -> None:
        events = self.session.events
        self.open_button.clicked.connect(self.browse)
        self.compare_button.toggled.connect(self.form.setVisible)
        page.wire(self.form.asked, start_comparing)
        page.wire(self.ranked.activated, use_ranked)
        page.wire(self.volcano.picked, actions.pick_genes)
        page.wire(self.chosen.picked, actions.pick_genes)
        page.wire(self.volcano.cut, set_cuts)
        page.wire(self.cuts.changed, set_cuts)
        page.wire(self.use_button.clicked, actions.use_picked, takes=0)
        page.wire(self.opened, open_table)
        page.wire(self.sets.textActivated, open_set)
        for signal in (events.section, events.rois):
            page.follow(signal, self._show_groups)
        page.follow(events.picking, self._show_picking)
        page.follow(events.job, self._show_job)

    def browse(self) -> None:
        """Ask for a file and open it."""
        path, _ = QFileDialog.getOpenFileName(self, "Open a DEG table", str(Path(self.path).parent), FILTER)
        if path:
            self.opened.emit(path)

    def _show_groups(self) -> None:
        """Offer the groups that can be compared, and those that the file has ranked."""
        self.form.show_choices(group_choices(list(self.session.rois), labels_of(self.session)))
        self.ranked.clear()
        for ranking in self.session.rankings:
            for group in ranking.groups:
                self.ranked.addItem(f"ranked in the file · {ranking.title(group)}", (group, ranking.key))
        self.ranked.setVisible(self.ranked.count() > 0)
        if self.ranked.count():
            self.ranked.insertItem(0, f"ranked in the file: {CHOOSE}")
            self.ranked.setCurrentIndex(0)

    def _show_picking(self) -> None:
        """Draw what is picked from."""
        picking = self.session.picking
        for widget in self.below:
            widget.setVisible(picking is not None or widget is self.facts)
        self.form.setVisible(self.compare_button.isChecked())
        self.facts.setText(facts_line(self.session))
        self._show_sets()
        if picking is not None:
            self.volcano.show_picking(picking)
            self.cuts.show_cuts(picking.cuts)
            self.chosen.show_picking(picking)
            self.use_button.setEnabled(bool(picking.is_picked().any()))

    def _show_sets(self) -> None:
        """Offer the other tables of the file that was opened last."""
        path, chosen = opened_table(self.session)
        if path != self.path:
            self.path = path
            self.sets.clear()
            self.sets.addItems(list(known_sets(path)))
        self.sets.setVisible(self.sets.count() > 0)
        self.sets.setCurrentText(chosen)

    def _show_job(self, job: JobState) -> None:
        """Show how far a comparison is."""
        is_mine = job.is_busy and job.title == "Comparing"
        self.form.button.setEnabled(not job.is_busy and bool(self.form.choices))
        self.bar.setVisible(is_mine)
        if is_mine:
            self.bar.setMaximum(100 if job.progress is not None else 0)
            self.bar.setValue(round(100 * job.progress.fraction) if job.progress is not None else 0)


def start_comparing(session: Session, words: dict[str, Any]) -> None:
    """Compare two groups away from the screen."""
    jobs.start(session, actions.compare_task(session, **words))


def use_ranked(session: Session, place: int) -> None:
    """Pick from one of the file's rankings, counted through all of them; 0 is none."""
    found = [(group, ranking.key) for ranking in session.rankings for group in ranking.groups]
    if place > 0:
        actions.use_ranking(session, *found[place - 1])


def set_cuts(session: Session, changes: dict[str, Any]) -> None:
    """Change cut-offs, where there is a table to cut."""
    if session.picking is not None:
        actions.set_cuts(session, **changes)


def open_table(session: Session, path: str) -> None:
    """Open a file to pick from; of several tables the first."""
    actions.open_deg(session, path, next(iter(sets_of(path)), None))


def open_set(session: Session, name: str) -> None:
    """Pick from another table of the file that was opened last."""
    actions.open_deg(session, opened_table(session)[0], name)


def opened_table(session: Session) -> tuple[str, str]:
    """The file that was opened to pick from last, and its table."""
    opened = [command.arguments for command in session.commands if command.name == "open_deg"]
    return (str(opened[-1]["path"]), str(opened[-1].get("set_name", ""))) if opened else ("", "")


def facts_line(session: Session) -> str:
    """What is compared, and how many genes are chosen; or where genes may come from."""
    picking = session.picking
    if picking is None:
        return "Open a DEG table, or compare two groups of cells, and pick the genes to change."
    genes = picking.genes()
    up = sum(lfc > 0 for lfc in genes.values())
    line = f"<b>{picking.title}</b>: {len(genes):,} of {len(picking.table):,} genes chosen ({up:,} up, {len(genes) - up:,} down)"
    if session.section is not None:
        known = {str(gene).casefold() for gene in session.section.genes}
        absent = [gene for gene in genes if gene.casefold() not in known]
        line += f"; {len(absent):,} of them not in this section" if absent else ""
    return line + "."


def labels_of(session: Session) -> dict[str, list[str]]:
    """The names in the columns of obs that hold names, most frequent first."""
    if session.report is None or session.section is None:
        return {}
    return {key: list(names) for key, names in session.report.labels.items()}
