"""The page of a real perturbed section beside: whether it goes where the shown result says, and whether plain rules say as much."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from qtpy.QtWidgets import QFileDialog

from napari_ripple import actions, figures
from napari_ripple.actions.result.real import REAL_TITLE
from napari_ripple.charts.scatter import Scatter
from napari_ripple.session import Session
from napari_ripple.state.scenario import Against
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.drawn.chart_frame import ChartFrame
from napari_ripple.widgets.parts.running.run_row import RunRow
from napari_ripple.widgets.parts.tables.table import Column, Table
from napari_ripple.widgets.parts.wrapped import Wrapped
from napari_ripple.widgets.scenarios.run_page import Csv, RunPage
from napari_ripple.work import jobs
from ripple_core.benchmark import real_section

COLUMNS = {
    "gene": Column("Gene", "Genes that the model and both sections have."),
    "measured": Column("Measured", "Real cells − observed cells, within cell types, log-normalised.", "+.3f", True),
    "simulated": Column("Simulated", "Mean response of the result (simulated).", "+.3f", True),
    "t": Column("t", "Measured over its spread among resamples; from 2.5 on it is clear.", "+.1f"),
    "agrees": Column("Agrees", "Whether both go the same way, where the measured change is clear."),
}
SCORES = {
    "method": Column("Method", "The model, and plain rules that need none."),
    "sign accuracy": Column("sign", "Share of clearly changed genes with the right sign; no change is wrong.", ".2f"),
    "interval": Column("95 %", "Of the sign accuracy, from blocks of cells drawn again."),
    "Pearson": Column("r", "Pearson correlation of simulated and measured changes.", ".2f"),
    "balanced sign accuracy": Column("bal.", "Mean of the sign accuracies of rising and of falling genes.", ".2f"),
}
SCATTER_TIP = "One point a gene that was not edited (bright): measured change across, simulated response up."
VERDICTS = {
    "ahead": "Ahead of plain rules here",
    "even": "Even with a plain rule here",
    "behind": "Behind a plain rule here",
    "unknown": "These two sections cannot tell",
}


class RealPage(RunPage):
    """The shown result against reality."""

    title = "Real"

    def __init__(self, napari_viewer: Any) -> None:
        run = RunRow("Score the shown result", "Hold the result that is shown against that section.", REAL_TITLE)
        csv = Csv(
            actions.save_score,
            "Write every gene, simulated beside measured.",
            "Save the comparison",
            "against_real.csv",
        )
        super().__init__(napari_viewer, run, csv)
        self.path = self.region = ""
        self.file_button = tones.button(
            "Perturbed section …", "A real section in which the perturbation was made (h5ad)."
        )
        self.region_button = tones.button(
            "Its region …", "Where it was perturbed (GeoJSON): the cells around count. Without it all do."
        )
        self.files = tones.quiet()
        self.verdict, self.words, self.beware = tones.heading(""), tones.quiet(), tones.alarm()
        self.methods = Table(SCORES, tip="Over genes that were not edited.", search="", rows=4)
        self.methods.search.hide()
        self.methods.setMaximumHeight(self.methods.view.minimumHeight() + 12)
        self.figure = ChartFrame("real", Scatter, SCATTER_TIP)
        self.table = Table(COLUMNS, tip="Click a gene to show it on the tissue.", search="search these genes …")
        self.put(Wrapped(self.file_button, self.region_button))
        self.parts = (self.verdict, self.words, self.beware, self.methods, self.figure, self.table, self.save_button)
        self.put(self.files, self.run, *self.parts)
        self.rows.addStretch(1)
        self._connect()
        self._show()

    def _connect(self) -> None:
        events = self.session.events
        self.file_button.clicked.connect(self._browse)
        self.region_button.clicked.connect(self._browse_region)
        for signal in (self.table.chosen, self.figure.picked):
            self.wire(signal, show_gene)
        self.wire(self.figure.saved, figures.save_figure)
        self.follow(events.real, self._show)
        self.follow(events.color_by, self._mark)
        self.follow_run(events.result, events.model)

    def choose(self, path: str, region: str = "") -> None:
        """Take these files."""
        self.path, self.region = path, region
        self.show_job()

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "The real perturbed section", self.path, "AnnData (*.h5ad)")
        if path:
            self.choose(path, self.region)

    def _browse_region(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Its perturbed region", self.region, "GeoJSON (*.geojson *.json)")
        self.choose(self.path, path)

    def start(self) -> None:
        """Score the shown result against the chosen section."""
        self.ask(start_score, self.session, self.path, self.region or None)

    def missing(self) -> str:
        """What has to be there before anything can be scored."""
        if self.session.result is None or self.session.model is None:
            return "Regenerate first: the result that is shown is scored."
        return "" if self.path else "Choose the real perturbed section."

    def show_job(self) -> None:
        """Show also which files are chosen."""
        names = [Path(one).name for one in (self.path, self.region) if one]
        self.files.setText(
            " · ".join(names) or "A real section of the same kind of tissue, with the perturbation made."
        )
        super().show_job()

    def _show(self) -> None:
        made = self.session.real
        for widget in self.parts:
            widget.setVisible(made is not None)
        if made is None:
            return
        *said, last = real_section.sentences(made.found)
        self.verdict.setText(VERDICTS[made.found.verdict])
        self.words.setText(f"{made.scenario} against {made.path.name}: {' '.join(said)}")
        self.beware.setText(last)
        self.methods.show_table(methods(made))
        genes = made.found.genes
        self.table.show_table(genes.assign(agrees=[agrees(*pair) for pair in zip(genes["clear"], genes["right"])]))
        self._mark()

    def _mark(self) -> None:
        """Draw the figure again, the gene that colours the tissue in a ring."""
        if self.session.real is not None:
            self.figure.show_table(figures.FIGURES["real"].read(self.session))


def start_score(session: Session, path: str, region: str | None) -> None:
    """Score on another thread."""
    jobs.start(session, actions.score_task(session, path, region=region))


def show_gene(session: Session, gene: str) -> None:
    """Colour the tissue by the response of a gene."""
    actions.color_by(session, gene, kind="gene")
    if session.view != "response" and session.simulation is not None:
        actions.show(session, "response")


def agrees(is_clear: bool, is_right: bool) -> str:
    """Whether a gene went the simulated way, in a word; empty where it did not clearly go anywhere."""
    return ("yes" if is_right else "no") if is_clear else ""


def methods(made: Against) -> pd.DataFrame:
    """One row a method: its scores, with the interval of the first."""
    rows = []
    for name, scores in made.found.scores.items():
        sign = scores["sign accuracy"]
        interval = "" if sign.low is None else f"{sign.low:.2f}–{sign.high:.2f}"
        rows.append({"method": name, "interval": interval, **{what: one.value for what, one in scores.items()}})
    return pd.DataFrame(rows)
