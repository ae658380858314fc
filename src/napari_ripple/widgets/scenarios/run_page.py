"""A page with work that is started on it: what is missing before it can start, how far it is, and a CSV of what it made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qtpy.QtWidgets import QFileDialog, QPushButton

from napari_ripple.widgets.parts.following import WHILE_RUNNING_MS, Soon
from napari_ripple.widgets.parts.page import Page
from napari_ripple.widgets.parts.running.run_row import RunRow
from napari_ripple.work import jobs


@dataclass(frozen=True)
class Csv:
    """How a table is saved: the action, the tooltip of its button, the title of the dialog, and the file's usual name."""

    action: Callable[..., Any]
    tip: str
    title: str
    name: str


class RunPage(Page):
    """Siblings put ``run`` and ``save_button`` where they stand, and say what they start and what is missing.

    Parameters
    ----------
    run
        The button that starts the work, with its progress.
    csv
        How what was made is saved.
    """

    def __init__(self, napari_viewer: Any, run: RunRow, csv: Csv) -> None:
        super().__init__(napari_viewer)
        self.run, self._csv = run, csv
        self.save_button = QPushButton("Save as CSV …")
        self.save_button.setToolTip(csv.tip)
        self._soon = Soon(self, WHILE_RUNNING_MS, self.show_job, only_seen=True)

    def follow_run(self, *signals: Any) -> None:
        """Follow the job, and the session's ``signals`` that decide whether it can start."""
        self.run.start.clicked.connect(self.start)
        self.wire(self.run.cancel.clicked, jobs.cancel, takes=0)
        self.save_button.clicked.connect(self._save)
        self.follow(self.session.events.job, self._follow_job)
        for signal in signals:
            self.follow(signal, self.show_job)
        self.show_job()

    def start(self) -> None:
        """Start the work."""

    def missing(self) -> str:
        """What has to be chosen before it can start, in one sentence; empty when nothing is missing."""
        return ""

    def show_job(self) -> None:
        """Show whether it can start, and how far it is."""
        self.run.show_job(self.session.job, self.missing())

    def _follow_job(self) -> None:
        if self.session.job.is_busy and self.session.job.progress is not None:
            self._soon.request()
        else:
            self.show_job()

    def _save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, self._csv.title, self._csv.name, "CSV (*.csv)")
        if path:
            self.ask(self._csv.action, self.session, path)
