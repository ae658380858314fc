"""The page of two scenarios side by side: response A − response B on the tissue, as a table and as a scatter."""

from __future__ import annotations

from typing import Any

from qtpy.QtWidgets import QFileDialog, QLabel, QSizePolicy

from napari_ripple import actions, figures
from napari_ripple.charts.scatter import Scatter
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.drawn.chart_frame import ChartFrame
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.page import Page, row
from napari_ripple.widgets.parts.tables.table import Column, Table
from ripple_core.perturb.reading import compare

COLUMNS = {
    "gene": Column("Gene", "Genes that both models know."),
    "difference": Column("A − B", "Mean response A − mean response B over the shared cells (simulated).", "+.3f", True),
    "a": Column("A", "Mean response under A, log-normalised (simulated).", "+.3f", True),
    "b": Column("B", "Mean response under B, log-normalised (simulated).", "+.3f", True),
    "noise": Column("noise", "Spread of such a difference where nothing true is there: of placebos or repeats.", ".3f"),
    "edited": Column("edited", "Which of the two edited the gene itself."),
}


SCATTER_TIP = "One point a gene: mean response under A and B (simulated); on the slanted line both agree. Click a point to show its gene."


class ComparePage(Page):
    """A against B."""

    title = "A − B"

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__(napari_viewer)
        self.a, self.b = DropDown(), DropDown()
        for box, name in ((self.a, "A"), (self.b, "B")):
            box.setToolTip(f"Scenario {name}; the difference is response A − response B.")
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_button = tones.primary(
            "Show A − B", "Show response A − response B on the cells that both regenerated (simulated)."
        )
        self.summary, self.beware = tones.quiet(), tones.alarm()
        self.table = Table(
            COLUMNS, tip="Click a gene to show A − B of it on the tissue.", search="search these genes …"
        )
        self.figure = ChartFrame("comparison", Scatter, SCATTER_TIP)
        self.save_button = tones.button("Save as CSV …", "Write the difference of every gene, largest first.")
        self.rows.addLayout(row(QLabel("A"), self.a, stretch=1))
        self.rows.addLayout(row(QLabel("B"), self.b, stretch=1))
        self.put(self.show_button, self.summary, self.beware)
        self.parts = (tones.heading("A − B per gene (simulated)"), self.table, self.figure, self.save_button)
        self.put(*self.parts)
        self.rows.addStretch(1)
        self._connect()
        self._show_names()
        self._show()

    def _connect(self) -> None:
        self.show_button.clicked.connect(self._compare)
        self.save_button.clicked.connect(self._save)
        for signal in (self.table.chosen, self.figure.picked):
            self.wire(signal, actions.show_comparison)
        self.wire(self.figure.saved, figures.save_figure)
        self.follow(self.session.events.scenarios, self._show_names)
        self.follow(self.session.events.comparison, self._show)
        self.follow(self.session.events.color_by, self._mark)

    def _show_names(self) -> None:
        """Offer all scenarios; at first the last two."""
        names = [scenario.name for scenario in self.session.scenarios]
        before = (self.a.currentText(), self.b.currentText())
        is_chosen = before[0] != before[1] and set(before) <= set(names)
        usual = (*names[:-3:-1], "", "")
        for box, words in zip((self.a, self.b), before if is_chosen else usual):
            box.clear()
            box.addItems(names)
            box.setCurrentText(words)
        self.show_button.setEnabled(len(names) >= 2)
        if len(names) < 2:
            self.summary.setText("Two kept results are needed; regenerate with another edit, region or dose.")
        elif self.session.comparison is None:
            self.summary.setText("")

    def _compare(self) -> None:
        self.ask(actions.compare_scenarios, self.session, self.a.currentText(), self.b.currentText())

    def _show(self) -> None:
        found = self.session.comparison
        for widget in self.parts:
            widget.setVisible(found is not None)
        self.beware.setVisible(found is not None)
        if found is None:
            return
        for box, name in zip((self.a, self.b), found.names):
            box.setCurrentText(name)
        *said, last = compare.sentences(found)
        is_warning = bool(found.differs) or found.beyond_noise is None
        self.summary.setText(" ".join(said if is_warning else [*said, last]))
        self.beware.setText(last if is_warning else "")
        self.beware.setVisible(is_warning)
        self.table.show_table(found.table)
        self._mark()

    def _mark(self) -> None:
        """Mark the gene that colours the tissue."""
        by = self.session.color_by
        self.table.mark(by.key if by.kind == "gene" else None)
        if self.session.comparison is not None:
            self.figure.show_table(figures.FIGURES["comparison"].read(self.session))

    def _save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, "Save the differences", "a_minus_b.csv", "CSV (*.csv)")
        if path:
            self.ask(actions.save_comparison, self.session, path)
