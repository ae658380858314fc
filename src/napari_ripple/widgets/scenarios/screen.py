"""The page of screens: one gene at a time, switched off or raised, ranked by what that does to the surroundings."""

from __future__ import annotations

from typing import Any

from qtpy.QtWidgets import QCheckBox, QFileDialog, QLabel, QPlainTextEdit, QSpinBox

from napari_ripple import actions, figures
from napari_ripple.actions.scenarios.series import SCREEN_TITLE
from napari_ripple.charts.bars import SignedBars
from napari_ripple.session import Session
from napari_ripple.state.scenario import Screened
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.drawn.chart_frame import ChartFrame
from napari_ripple.widgets.parts.page import row
from napari_ripple.widgets.parts.running.run_row import RunRow
from napari_ripple.widgets.parts.tables.table import Column, Table
from napari_ripple.widgets.scenarios.run_page import Csv, RunPage
from napari_ripple.work import jobs
from ripple_core.errors import few
from ripple_core.genesets import gene_list

COLUMNS = {
    "name": Column("Edit", "Double-click: make it the edit and regenerate, which makes it a scenario."),
    "effect": Column("Effect", "Mean |response| of the genes that were not edited, log-normalised (simulated).", ".4f"),
    "q": Column("q", "False discovery rate of p over the screen: below 0.05, beyond chance.", "p"),
    "gene": Column("Strongest", "The gene that answers most (simulated)."),
    "change": Column("its Δ", "Mean response of that gene (simulated).", "+.3f", True),
    "changed": Column("Cells", "Cells in which a gene that was not edited changes by a tenth or more.", ".0f"),
    "given": Column(
        "Inside", "Mean change of the edited gene inside the region; 0: there was nothing to change.", ".2f"
    ),
    "p": Column("p", "How often the same edit of other genes of like expression does as much.", "p"),
}
NO_GENES = "Type genes first, or take them from a file or from the edits."
GENES_TIP = "Genes apart by commas, spaces or new lines; paste as many as you like. Each is an experiment of its own."


class ScreenPage(RunPage):
    """Many genes, one region."""

    title = "Screen"

    def __init__(self, napari_viewer: Any) -> None:
        run = RunRow("Run screen", "Run every edit around the region, many side by side.", SCREEN_TITLE)
        csv = Csv(actions.save_screen, "Write the ranked table.", "Save the screen", "screen.csv")
        super().__init__(napari_viewer, run, csv)
        self.genes = QPlainTextEdit()
        self.genes.setPlaceholderText("Il6, Tnf, Acta2 …")
        self.genes.setToolTip(GENES_TIP)
        self.genes.setTabChangesFocus(True)
        self.genes.setFixedHeight(4 * self.fontMetrics().height() + 8)
        self.file_button = tones.button("From a file …", "A list of genes, a table with a gene column, or a GMT file.")
        self.edits_button = tones.button("From the edits", "The genes of the edits that are chosen now, one at a time.")
        self.off, self.on = QCheckBox("knock-out"), QCheckBox("over-express")
        self.off.setToolTip("Switch each gene off in the region's cells.")
        self.on.setToolTip("Raise each gene to the 99th percentile of the cells that express it.")
        self.off.setChecked(True)
        self.placebos = QSpinBox()
        self.placebos.setRange(0, 100)
        self.placebos.setSpecialValueText("none")
        self.placebos.setToolTip(
            "Random other genes of like expression for each edit, for p; 10 take 10 times as long."
        )
        self.count = tones.quiet()
        self.what = tones.quiet()
        self.table = Table(
            COLUMNS, tip="Double-click: make it a scenario.", search="search these edits …", rows=10, name_width=150
        )
        self.put(tones.heading("Genes, one at a time"), self.genes)
        self.rows.addLayout(row(self.file_button, self.edits_button))
        self.rows.addLayout(row(self.off, self.on))
        self.rows.addLayout(row(QLabel("placebos each"), self.placebos, stretch=1))
        self.figure = ChartFrame("screen", SignedBars, "The edits that do most (simulated).")
        self.put(self.count, self.run, self.what, self.table, self.figure, self.save_button)
        self.rows.addStretch(1)
        self._connect()
        self._show()

    def _connect(self) -> None:
        events = self.session.events
        self.file_button.clicked.connect(self._browse)
        self.edits_button.clicked.connect(self._take_edits)
        self.genes.textChanged.connect(self.show_job)
        for box in (self.off, self.on):
            box.toggled.connect(self.show_job)
        self.wire(self.table.opened, make_scenario)
        self.wire(self.figure.saved, figures.save_figure)
        self.follow(events.screen, self._show)
        self.follow_run(events.section, events.model, events.active_roi)

    def _kinds(self) -> list[str]:
        return [kind for kind, box in (("knockout", self.off), ("overexpress", self.on)) if box.isChecked()]

    def start(self) -> None:
        """Run the genes that are written in the field."""
        genes = gene_list.parse(self.genes.toPlainText())
        self.ask(start_screen, self.session, genes, self._kinds(), self.placebos.value())

    def _browse(self) -> None:
        filters = "Genes (*.txt *.csv *.tsv *.gmt);;All files (*)"
        path, _ = QFileDialog.getOpenFileName(self, "Choose a list of genes", "", filters)
        genes = self.ask(gene_list.read, path) if path else None
        if genes is not None:
            self.genes.setPlainText(", ".join(genes))

    def _take_edits(self) -> None:
        names = dict.fromkeys(gene for edit in self.session.edits for gene in edit.genes)
        self.genes.setPlainText(", ".join(names))

    def _number(self) -> int:
        """How many experiments are asked for."""
        return len(gene_list.parse(self.genes.toPlainText())) * len(self._kinds())

    def missing(self) -> str:
        """What has to be chosen before a screen can start; the edits are its own."""
        return self.session.missing("a section", "a model", "a region") or ("" if self._number() else NO_GENES)

    def show_job(self) -> None:
        """Show also how many experiments there will be."""
        number = self._number()
        self.count.setText(f"{number} experiment{'' if number == 1 else 's'}.")
        self.count.setVisible(number > 0)
        super().show_job()

    def _show(self) -> None:
        made = self.session.screen
        for widget in (self.what, self.table, self.figure, self.save_button):
            widget.setVisible(made is not None)
        if made is not None:
            self.figure.show_table(figures.FIGURES["screen"].read(self.session))
            self.table.show_table(made.found.table.dropna(axis="columns", how="all"))
            self.what.setText(words(made))


def start_screen(session: Session, genes: tuple[str, ...], kinds: list[Any], placebos: int) -> None:
    """Run a screen on another thread."""
    jobs.start(session, actions.screen_task(session, genes, kinds, placebos=placebos))


def make_scenario(session: Session, name: str) -> None:
    """Make one edit of the screen the edit, and regenerate: its result ends on the list of scenarios."""
    actions.take_from_screen(session, name)
    jobs.regenerate(session)


def words(made: Screened) -> str:
    """What was run, and what could not be."""
    found = made.found
    done = f"{len(found.table)} of {found.asked}" if len(found.table) < found.asked else f"{found.asked}"
    line = f"{done} edits in {made.roi.name}, {found.cells:,} cells regenerated for each; simulated, strongest first."
    idle = int((found.table["given"] == 0).sum())
    if idle:
        line += f" {idle} changed nothing inside the region: the gene was at that level already."
    if found.unknown:
        line += f" Unknown to the model: {few(found.unknown)}."
    return line
