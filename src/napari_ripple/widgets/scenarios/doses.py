"""The page of dose series: the edits at several doses in one go, and how each gene answers the dose."""

from __future__ import annotations

import re
from typing import Any

from qtpy.QtWidgets import QLineEdit

from napari_ripple import actions, figures, figures_of_many
from napari_ripple.actions.scenarios.series import DOSES_TITLE
from napari_ripple.charts.doses import DoseCurve
from napari_ripple.session import Session
from napari_ripple.state.scenario import Dosed
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.drawn.chart_frame import ChartFrame
from napari_ripple.widgets.parts.running.run_row import RunRow
from napari_ripple.widgets.parts.tables.table import Column, Table
from napari_ripple.widgets.scenarios.run_page import Csv, RunPage
from napari_ripple.work import jobs
from ripple_core.errors import DataError, sentence
from ripple_core.perturb.many.doses import DOSES
from ripple_core.perturb.reading.effects import MOST

COLUMNS = {
    "gene": Column("Gene", "The model's genes."),
    "response": Column("Response", "Mean response at the highest dose, log-normalised (simulated).", "+.3f", True),
    "half_dose": Column("Half at", "The dose at which half of that is reached, between those that were run.", ".2f"),
    "steady": Column("Steady", "Whether the response never turns back as the dose rises."),
}
WHAT = "The same edits several times, from weak to strong: a true response grows with the dose."
CURVE_TIP = (
    "Response against dose (simulated). Dots: doses that were run. Pale band: ± standard deviation over the cells. Grey dashes: what "
    "placebos of the same dose do."
)


class DosesPage(RunPage):
    """One edit, several doses."""

    title = "Doses"

    def __init__(self, napari_viewer: Any) -> None:
        run = RunRow("Run dose series", "Run the edits at every dose around the region, all in one go.", DOSES_TITLE)
        csv = Csv(actions.save_doses, "Write every gene's response at every dose.", "Save the dose series", "doses.csv")
        super().__init__(napari_viewer, run, csv)
        self.doses = QLineEdit(", ".join(f"{dose:g}" for dose in DOSES))
        self.doses.setCursorPosition(0)  # else its end is what is seen of it
        self.doses.setToolTip("Doses apart by commas; each multiplies the strength of the edits. 0 is the control.")
        self.what, self.beware = tones.quiet(), tones.alarm()
        self.figure = ChartFrame("doses", DoseCurve, CURVE_TIP)
        self.table = Table(COLUMNS, tip="Click a gene to draw its response to the dose.", search="search these genes …")
        self.put(tones.heading("Doses"), self.doses, tones.quiet(WHAT))
        self.parts = (self.figure, self.table, self.save_button)
        self.put(self.run, self.what, self.beware, *self.parts)
        self.rows.addStretch(1)
        self._gene: str | None = None
        events = self.session.events
        self.table.chosen.connect(self._show_gene)
        self.figure.saved.connect(self._save_figure)
        self.follow(events.doses, self._show)
        self.follow_run(events.section, events.model, events.active_roi, events.edits)
        self._show()

    def start(self) -> None:
        """Run the doses that are written in the field."""
        wanted = self.ask(read_doses, self.doses.text())
        if wanted is not None:
            self.ask(start_doses, self.session, wanted)

    def missing(self) -> str:
        """What a regeneration needs."""
        return self.session.missing_for_regeneration()

    def _show(self) -> None:
        made = self.session.doses
        for widget in (*self.parts, self.what, self.beware):
            widget.setVisible(made is not None)
        if made is None:
            return
        table = made.found.by_gene()
        table["steady"] = table["steady"].map({True: "yes", False: "no"})
        self.table.show_table(table)
        self.what.setText(words(made))
        self.beware.setText(warning(made))
        self.beware.setVisible(bool(self.beware.text()))
        self._show_gene(self._gene if self._gene in set(table["gene"]) else None)

    def _show_gene(self, gene: str | None) -> None:
        """Draw one gene, or the mean of all that were not edited."""
        self._gene = gene
        self.figure.show_table(figures_of_many.doses(self.session, gene or ""))
        self.table.mark(gene)

    def _save_figure(self, name: str, path: str) -> None:
        self.ask(figures.save_figure, self.session, name, path, self._gene or "")


def read_doses(text: str) -> list[float]:
    """The numbers of a line; DataError for anything else."""
    words = [word for word in re.split(r"[,;\s]+", text) if word]
    try:
        return [float(word) for word in words]
    except ValueError:
        raise DataError(sentence("doses as numbers", repr(text), "Write them like 0.25, 0.5, 1")) from None


def start_doses(session: Session, wanted: list[float]) -> None:
    """Run a dose series on another thread."""
    jobs.start(session, actions.dose_series_task(session, wanted))


def words(made: Dosed) -> str:
    """What was run."""
    found = made.found
    part = f" of {made.asked}" if len(found.doses) < made.asked else ""
    changed = int(found.table["changed"].iloc[-1])
    return (
        f"{made.edit} in {made.roi.name}: {len(found.doses)}{part} doses, {found.cells:,} cells regenerated at each. At the highest, "
        f"{changed:,} of them change by a tenth or more in a gene that was not edited."
    )


def warning(made: Dosed) -> str:
    """From which dose on the edit leaves what the model has seen, or cannot rise further; empty where neither is known."""
    table, said = made.found.table, []
    far, held = table[table["out_of_range"] > MOST], table[table["capped"] > 0]
    if len(far):
        said.append(
            f"From dose {far['dose'].iloc[0]:g} on most edited cells look unlike any cell of the training: the model has to guess there."
        )
    if len(held):
        said.append(
            f"From dose {held['dose'].iloc[0]:g} on some genes are held at the highest known value; more dose does not raise them."
        )
    return " ".join(said)
