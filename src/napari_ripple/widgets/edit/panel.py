"""The edit panel: what is changed in the region's cells, by a table or by hand, and how it looks before and after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qtpy.QtWidgets import QPushButton

from napari_ripple import actions
from napari_ripple.actions.edit.deg import REGIONS
from napari_ripple.session import Session
from napari_ripple.widgets.edit.by_hand import EditByHand
from napari_ripple.widgets.edit.cells import EditCells
from napari_ripple.widgets.edit.dumbbells import Dumbbells
from napari_ripple.widgets.edit.edits import EditList
from napari_ripple.widgets.edit.from_file import EditFile
from napari_ripple.widgets.edit.genes import EditGenes
from napari_ripple.widgets.edit.limit import EditLimit
from napari_ripple.widgets.edit.words import match_line, warnings
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.fold import Fold
from napari_ripple.widgets.parts.following import Soon, Wish
from napari_ripple.widgets.parts.page import Page, row
from napari_ripple.widgets.parts.pages import PageKeeper
from napari_ripple.widgets.parts.snug_tabs import SnugTabs
from napari_ripple.widgets.picking.tab import PickTab, labels_of
from ripple_core.errors import RippleError
from ripple_core.genesets.tables import known_sets, sets_of
from ripple_core.perturb.editing.edits import Edit

PREVIEW_DELAY_MS = 60
PREVIEW_GENES = 12
CELL_ACTIONS: dict[str, Callable[..., None]] = {
    "transfer": actions.transfer,
    "retype": actions.retype,
    "remove": actions.remove_cells,
    "insert": actions.insert_cells,
    "move": actions.move_cells,
}


class EditPanel(Page):
    """Build the edit of the active region."""

    title = "Edit"

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__(napari_viewer)
        self.file, self.hand, self.list, self.dumbbells = EditFile(), EditByHand(), EditList(), Dumbbells()
        self.pick, self.cells, self.limit = PickTab(self), EditCells(), EditLimit()
        self.ways = SnugTabs()
        for widget, words, tip in (
            (self.file, "Table", "Load a table as it is, with cut-offs."),
            (
                self.pick,
                "Pick",
                "Pick genes from a volcano: of a table, the file's rankings, or two groups compared here.",
            ),
            (self.hand, "By hand", "Change single genes."),
            (
                self.cells,
                "Cells",
                "Let the region's cells take on a profile or become others; remove, insert or move cells.",
            ),
        ):
            self.ways.setTabToolTip(self.ways.addTab(widget, words), tip)
        self.undo_button, self.redo_button = QPushButton("Undo"), QPushButton("Redo")
        self.undo_button.setToolTip(
            "Take back the last change of regions, edits, settings, names, colours or kept results (Ctrl+Z)."
        )
        self.redo_button.setToolTip("Make it again (Ctrl+Shift+Z).")
        self.genes = EditGenes()
        self.genes_fold = Fold("Genes one by one", self.genes)
        self.genes_fold.button.setToolTip("Change or take out single genes of the edits.")
        self.matched, self.warning = tones.quiet(), tones.alarm()
        self.preview_heading = tones.heading("In the region, before → after")
        self.rows.addWidget(self.ways)
        self.rows.addLayout(row(tones.heading("Edits, in order"), self.undo_button, self.redo_button, stretch=0))
        self.put(self.list, self.limit, self.genes_fold)
        self.put(self.matched, self.warning, self.preview_heading, self.dumbbells)
        self.rows.addStretch(1)
        self._later = Soon(self, PREVIEW_DELAY_MS, self._show_preview)
        self._connect()
        PageKeeper(self.ways, self.session, "edit", self.followed)
        self._show_section()
        self._show_edits()

    def _connect(self) -> None:
        events = self.session.events
        self.file.picked.connect(self.load)
        self.file.cut_offs_changed.connect(self._reload)
        self.wire(self.hand.made, add_made)
        self.wire(self.cells.made, add_cells)
        self.limit.limited.connect(Wish(self._limit))
        self.list.list.currentItemChanged.connect(Wish(self._show_limit, takes=0))
        self.wire(self.list.removed, actions.remove_edit)
        self.wire(self.list.dosed, set_dose)
        self.wire(self.genes.changed, change_gene)
        self.wire(self.genes.removed, actions.remove_gene)
        self.genes_fold.button.toggled.connect(self._show_genes)
        self.wire(self.undo_button.clicked, actions.undo, takes=0)
        self.wire(self.redo_button.clicked, actions.redo, takes=0)
        self.follow(events.section, self._show_section)
        self.follow(events.columns, self._show_section)
        self.follow(events.edits, self._show_edits)
        self.follow(events.history, self._show_history)
        for signal in (events.rois, events.active_roi):
            self.follow(signal, self._show_groups)
        for signal in (events.section, events.is_complete, events.rois, events.active_roi, events.model):
            self.follow(signal, self._later.request)

    def load(self, path: str) -> None:
        """Add the edit of a file to the list."""
        sets = self.ask(sets_of, path)
        if sets is not None:
            self.file.show_file(path, sets)
            arguments = self.file.arguments()
            self.ask(actions.load_edit, self.session, path, replace=not self.session.edits, **arguments)

    def _reload(self) -> None:
        """Read the file again with the cut-offs that are set now, in place of its edit; its dose and other edits stay."""
        names = {Path(self.file.path).stem, *self.file.sets()}
        own = [edit for edit in self.session.edits if edit.name in names]
        alone = len(own) == len(self.session.edits)
        place: dict[str, Any] = {} if alone else {"replace": False, "instead_of": [edit.name for edit in own]}
        if own and own[0].strength != 1:
            place["strength"] = own[0].strength
        self.ask(actions.load_edit, self.session, self.file.path, **place, **self.file.arguments())

    def _show_section(self) -> None:
        self.hand.set_genes([] if self.session.section is None else self.session.section.genes)
        self._show_history()
        self._show_groups()

    def _show_groups(self) -> None:
        """Offer the types and regions that cells may take after, or an edit may be limited to."""
        others = tuple(name for name in self.session.rois if name != self.session.active_roi)
        self.cells.show_choices({**labels_of(self.session), REGIONS: others})
        self._show_limit()

    def _show_limit(self) -> None:
        """Show which cells the selected edit, or the last one, changes."""
        edits, regions = self.session.edits, [name for name in self.session.rois if name != self.session.active_roi]
        edit = edits[self.list.selected()] if edits else None
        self.limit.show_edit(edit, regions, labels_of(self.session))

    def _limit(self, where: dict[str, Any] | None) -> None:
        """Limit the selected edit, or the last one, to some cells."""
        place = self.list.selected() if self.list.selected() >= 0 else len(self.session.edits) - 1
        self.ask(actions.limit_edit, self.session, place, where)
        self._show_limit()

    def _show_edits(self) -> None:
        self.list.show_edits(self.session.edits)
        self._show_genes()
        self._show_limit()
        loaded = [command.arguments for command in self.session.commands if command.name == "edit"]
        if loaded and loaded[-1]["path"] != self.file.path:
            path = loaded[-1]["path"]
            self.file.show_file(path, known_sets(path))
            self.file.show_arguments(loaded[-1])
        self._later.request()

    def _show_genes(self, *_: object) -> None:
        """List the genes one by one, where that is asked for."""
        self.genes_fold.setVisible(any(edit.genes for edit in self.session.edits))
        if self.genes_fold.button.isChecked():
            self.genes.show_edits(self.session.edits)

    def _show_history(self) -> None:
        self.undo_button.setEnabled(self.session.can_undo)
        self.redo_button.setEnabled(self.session.can_redo)

    def _show_preview(self) -> None:
        """Show the edited genes in the region, and say what the edit cannot do."""
        try:
            preview, problem = actions.preview_edit(self.session), ""
        except RippleError as error:
            preview, problem = None, str(error)
        table = None if preview is None else preview.table
        has_genes = table is not None and len(table) > 0 and bool(table["before"].notna().all())
        self.preview_heading.setVisible(has_genes)
        self.dumbbells.setVisible(has_genes)
        if table is not None and has_genes:
            self.dumbbells.show_genes(table.head(PREVIEW_GENES))
        self.matched.setText(match_line(self.session, preview))
        self.warning.setText(problem or warnings(preview))
        self.warning.setVisible(bool(self.warning.text()))


def add_made(session: Session, make: Callable[[], Edit]) -> None:
    """Add the edit that a form describes; what is wrong with the form is said when it is read."""
    actions.add_edit(session, make())


def set_dose(session: Session, strength: float, place: int) -> None:
    """Set the dose of the edit at a place, or of all (-1)."""
    actions.set_strength(session, strength, None if place < 0 else place)


def add_cells(session: Session, name: str, arguments: dict[str, Any]) -> None:
    """Add an edit of whole cells, by the name of its action."""
    CELL_ACTIONS[name](session, **arguments)


def change_gene(session: Session, place: int, gene: str, fields: dict[str, Any]) -> None:
    """Change one gene of the edit at a place."""
    actions.change_gene(session, place, gene, **fields)
