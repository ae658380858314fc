"""The niches panel: find niches, name them, see what they are made of, and give cells the labels of another section."""

from __future__ import annotations

import time
from typing import Any

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QFileDialog, QLabel, QPushButton, QSpinBox

from napari_ripple import actions
from napari_ripple.actions.niches.niches import LABEL, NICHE
from napari_ripple.session import STILL_READING, Session
from napari_ripple.widgets.models.picker import open_picker
from napari_ripple.widgets.niches.label_source import LabelSource
from napari_ripple.widgets.niches.niche_table import NicheTable
from napari_ripple.widgets.niches.rows import bars_of, rows_of, typical_genes
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.drawn.bars import Bars
from napari_ripple.widgets.parts.fold import MORE_SETTINGS, Fold
from napari_ripple.widgets.parts.following import WHILE_RUNNING_MS, Soon
from napari_ripple.widgets.parts.forms.settings_form import SettingsForm
from napari_ripple.widgets.parts.page import Page, row
from napari_ripple.widgets.parts.running.progress_bar import ProgressBar
from napari_ripple.widgets.parts.running.time_left import progress_text
from napari_ripple.widgets.parts.wrapped import Wrapped
from napari_ripple.work import jobs
from ripple_core.niche.settings import NicheSettings

MORE = {"neighbors": "cells averaged", "embedding": "embedding", "draws": "readings", "seed": "seed"}
WHAT = "Niches are groups of cells that stand in the same kind of place, as the model sees their surroundings. No labels are needed."
SAVE_FILTER = "AnnData (*.h5ad);;Table of cells (*.csv)"
MOST_NICHES = 200
TITLES = ("Finding niches", "Giving labels")


class NichesPanel(Page):
    """Find niches and give labels."""

    title = "Niches"

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__(napari_viewer)
        self.count = QSpinBox()
        self.count.setRange(1, MOST_NICHES)
        self.count.setSpecialValueText("automatic")
        self.count.setToolTip(NicheSettings.help_for("clusters"))
        self.settings = NicheSettings()
        self.more = SettingsForm(NicheSettings, MORE)
        self.more.show_settings(self.settings)
        self.more_fold = Fold(MORE_SETTINGS, self.more)
        self.find_button, self.cancel_button = QPushButton("Find niches"), QPushButton("Cancel")
        self.find_button.setProperty("role", "primary")
        self.find_button.setToolTip("Group the cells by their surroundings, in the background.")
        self.cancel_button.setToolTip("Stop; nothing is changed.")
        self.bar, self.hint, self.table, self.bars = ProgressBar(), tones.quiet(), NicheTable(), Bars()
        self.model_button = tones.button(
            "Choose a model …", "Choose among the models that are known, with their cards, or open another one."
        )
        self.genes, self.region_button, self.show_button = (
            tones.quiet(),
            QPushButton("Make a region"),
            QPushButton("Show"),
        )
        self.region_button.setToolTip(
            "Outline the cells of the chosen niche as a region, to edit and regenerate around."
        )
        self.show_button.setToolTip("Colour the tissue by niche.")
        self.save_button, self.labels = QPushButton("Save cells …"), LabelSource()
        self.save_button.setToolTip("Write the cells with their niches and labels, as .h5ad or .csv.")
        self.put(tones.heading("Niches"), tones.quiet(WHAT))
        self.rows.addLayout(row(QLabel("how many"), self.count, stretch=1))
        self.rows.addLayout(row(self.find_button, self.cancel_button, stretch=0))
        self.put(self.more_fold, self.bar, self.hint, self.model_button, self.table, self.bars, self.genes)
        self.put(Wrapped(self.show_button, self.region_button, self.save_button))
        self.put(tones.heading("Labels from another section"), self.labels)
        self.rows.addStretch(1)
        self._ticker = QTimer(self)
        self._ticker.setInterval(WHILE_RUNNING_MS)
        self._later = Soon(self, 0, self._show_niches)  # never while the table is being typed in
        self._connect()
        self._show_niches()
        self._show_job()

    def _connect(self) -> None:
        events = self.session.events
        self.more.changed.connect(self._set)
        self.find_button.clicked.connect(self.search)
        self.model_button.clicked.connect(self.choose_model)
        self.wire(self.cancel_button.clicked, jobs.cancel, takes=0)
        self.wire(self.table.renamed, rename)
        self.table.picked.connect(self._show_niche)
        self.wire(self.show_button.clicked, show_niches, takes=0)
        self.region_button.clicked.connect(self.make_region)
        self.save_button.clicked.connect(self.save)
        self.labels.chosen.connect(self._choose_labels)
        self.wire(self.labels.asked, give_labels)
        self._ticker.timeout.connect(self._show_progress)
        for signal in (events.section, events.columns, events.color_by, events.label_colors):
            self.follow(signal, self._later.request)
        for signal in (events.job, events.section, events.is_complete, events.model):
            self.follow(signal, self._show_job)

    def search(self) -> None:
        """Find niches with the settings that are shown."""
        count = self.count.value()
        chosen = {**dict(self.settings), "clusters": count if count > 1 else None}
        self.ask(find_niches, self.session, chosen)

    def choose_model(self) -> None:
        """Let the user choose the model that looks at the places."""
        open_picker(self, lambda path: self.ask(jobs.open_model, self.session, path))

    def make_region(self) -> None:
        """Outline the chosen niche."""
        self.ask(make_region, self.session, self.table.chosen())

    def save(self) -> None:
        """Ask for a file and write the cells."""
        path, _ = QFileDialog.getSaveFileName(self, "Save cells", "cells.h5ad", SAVE_FILTER)
        if path:
            self.ask(save, self.session, path)

    def _set(self, name: str, value: Any) -> None:
        self.settings = NicheSettings(**{**dict(self.settings), name: value})

    def _choose_labels(self, path: str) -> None:
        self.ask(self.labels.show_file, path)
        self._show_job()

    def _show_niches(self) -> None:
        """Show the niches of the section, if it has any, and how good its labels are."""
        rows, session = rows_of(self.session), self.session
        for widget in (self.table, self.bars, self.genes, self.region_button, self.show_button):
            widget.setVisible(bool(rows))
        if rows:
            self.table.show_rows(rows)
        name = "" if session.section is None else session.section.name
        record = session.columns.get((name, LABEL), {})
        self.labels.show_record(record)
        self.show_button.setEnabled(session.color_by.key != NICHE)
        self.save_button.setVisible(any(section == name for section, _ in session.columns))

    def _show_niche(self, name: str) -> None:
        """Say what the chosen niche is made of."""
        self.bars.show_bars(bars_of(self.session, name))
        words = typical_genes(self.session, name)
        self.genes.setText(words)
        self.genes.setVisible(bool(words))

    def _show_job(self) -> None:
        """Show what can be pressed, and how far a search is."""
        job, missing = self.session.job, actions.missing_for_niches(self.session)
        is_ours = job.is_busy and job.title in TITLES
        can_start = not job.is_busy and not missing
        self.find_button.setEnabled(can_start)
        self.labels.show_possible(can_start)
        self.region_button.setEnabled(not job.is_busy)
        for widget in (self.cancel_button, self.bar):
            widget.setVisible(is_ours)
        self.hint.setText(missing)
        self.hint.setVisible(bool(missing))
        is_model_missing = self.session.section is not None and missing not in ("", STILL_READING)
        self.model_button.setVisible(is_model_missing and not job.is_busy)
        (self._ticker.start if is_ours else self._ticker.stop)()
        if is_ours and not self.bar.text():
            self._show_progress()

    def _show_progress(self) -> None:
        """Move the bar, and say what is being done."""
        job = self.session.job
        self.hint.setText("" if job.progress is None else job.progress.message)
        self.hint.setVisible(bool(self.hint.text()))
        self.bar.show_progress(job.progress, progress_text(job, time.monotonic()))


def find_niches(session: Session, settings: dict[str, Any]) -> None:
    """Find niches on another thread."""
    jobs.start(session, actions.niches_task(session, **settings))


def give_labels(session: Session, path: str, column: str) -> None:
    """Learn labels and give them, on another thread."""
    jobs.start(session, actions.annotate_task(session, [path], column or None))


def make_region(session: Session, niche: str) -> None:
    """Outline a niche on another thread."""
    jobs.start(session, actions.region_from_label_task(session, NICHE, niche))


def save(session: Session, path: str) -> None:
    """Write the cells on another thread."""
    jobs.start(session, actions.save_section_task(session, path))


def show_niches(session: Session) -> None:
    """Colour the tissue by niche."""
    actions.color_by(session, NICHE, kind="label")


def rename(session: Session, name: str, new_name: str) -> None:
    """Rename a niche; where that is refused, the panels show the old name again."""
    try:
        actions.rename_niche(session, name, new_name)
    finally:
        session.events.columns.emit(session.columns)
