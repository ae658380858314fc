"""The Ripple dock: the panels as steps, each header saying what has been chosen, and the last message below."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QSize
from qtpy.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from napari_ripple.session import JobState, Session
from napari_ripple.viewer_link import session_for
from napari_ripple.widgets import shortcuts
from napari_ripple.widgets.edit.panel import EditPanel
from napari_ripple.widgets.keeping import help_page
from napari_ripple.widgets.keeping.bar import KeepBar
from napari_ripple.widgets.keeping.notices import Notices
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.following import WHILE_RUNNING_MS, Followed, Soon, Wish
from napari_ripple.widgets.parts.page import fitting_width
from napari_ripple.widgets.parts.pages import PageKeeper
from napari_ripple.widgets.parts.running.job_line import JobLine
from napari_ripple.widgets.parts.running.progress_bar import ProgressBar
from napari_ripple.widgets.regenerate.panel import RegeneratePanel
from napari_ripple.widgets.regions.panel import RoiPanel
from napari_ripple.widgets.result.panel import ResultPanel
from napari_ripple.widgets.scenarios.panel import ScenariosPanel
from napari_ripple.widgets.steps import Steps
from napari_ripple.widgets.tissue.panel import TissuePanel
from napari_ripple.work import jobs

RESULT = 4
FIT_MS = 60


class RipplePanel(QWidget):
    """All panels in one dock.

    Parameters
    ----------
    napari_viewer
        The viewer whose Session is shown.
    """

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__()
        self._viewer = napari_viewer
        self.session: Session = session_for(napari_viewer)
        self.tissue, self.roi = TissuePanel(napari_viewer), RoiPanel(napari_viewer)
        self.edit, self.regenerate = EditPanel(napari_viewer), RegeneratePanel(napari_viewer)
        self.result, self.scenarios = ResultPanel(napari_viewer), ScenariosPanel(napari_viewer)
        self.pages = (self.tissue, self.roi, self.edit, self.regenerate, self.result, self.scenarios)
        self.followed = Followed(self, tuple(page.followed for page in self.pages))
        self.steps = Steps()
        for page in self.pages:
            self.steps.add(page.title, page)
        self.job_line = JobLine(bar for page in self.pages for bar in page.findChildren(ProgressBar))
        self.message = tones.quiet()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)  # else napari adds empty space
        self.bar, self.notices = KeepBar(napari_viewer, self.followed), Notices(napari_viewer, self.followed)
        column.addWidget(self.bar)
        column.addWidget(self.notices)
        column.addWidget(self.steps, 1)
        column.addWidget(self.job_line)
        column.addWidget(self.message)
        self.message.setContentsMargins(10, 2, 10, 6)
        self._was_regenerating = False
        self._then = Soon(self, 0, self._open_result)
        self._progress = Soon(self, WHILE_RUNNING_MS, self._show_progress)
        self._fit = Soon(self, FIT_MS, self._fit_view, only_seen=True)
        self._fit.request()
        shortcuts.bind(napari_viewer, help_page.show, self.steps.go)
        self._connect()
        tones.Dresser(self)
        self._show_status()
        self._show_message(self.session.message)
        self.steps.open(0)
        PageKeeper(self.steps, self.session, "step", self.followed)

    def _connect(self) -> None:
        events = self.session.events
        names = ("section", "rois", "active_roi", "edits", "model", "settings", "result", "scenarios")
        for signal in (getattr(events, name) for name in names):
            self.followed.add(signal, self._show_status)
        self.followed.add(events.job, self._show_job)
        self.followed.add(events.message, self._show_message)
        self.job_line.cancel.clicked.connect(Wish(self._cancel, takes=0))

    def _show_status(self) -> None:
        """Say in each header what has been chosen."""
        for header, words in zip(self.steps.headers, status(self.session)):
            header.show_status(words)

    def _show_job(self, job: JobState) -> None:
        """Show progress in its header, and go to the result when a regeneration has ended with one."""
        if job.is_busy:
            self._was_regenerating |= job.title.startswith("Regenerat")
            self._progress.request()
        else:
            self.job_line.show_job(job)
            self._show_status()
            if self._was_regenerating:
                self._was_regenerating = False
                self._then.request()

    def _show_progress(self) -> None:
        """Say in the header how far a job is, unless the page below it is open and says so itself."""
        job = self.session.job
        self.job_line.show_job(job)
        if job.is_busy:
            is_told = job.progress is None or not job.progress.total or self.regenerate.isVisible()
            self.steps.headers[RESULT - 1].show_status(job.title if is_told else f"{job.progress.fraction:.0%}")

    def _cancel(self) -> None:
        jobs.cancel(self.session)

    def _open_result(self) -> None:
        if self.session.result is not None and not self.session.job.is_busy:
            self.steps.open(RESULT)

    def _fit_view(self) -> None:
        """Centre the tissue in the canvas, which the dock has made narrower."""
        if self.session.section is not None:
            self._viewer.reset_view()

    def _show_message(self, words: str) -> None:
        self.message.setText(words)
        self.message.setToolTip(words)

    def sizeHint(self) -> QSize:
        """As wide as a page."""
        return QSize(fitting_width(self._viewer) + 10, 640)


def status(session: Session) -> tuple[str, str, str, str, str, str]:
    """What has been chosen in each step, in a few words."""
    section, roi, result = session.section, session.roi, session.result
    return (
        "open a section" if section is None else f"{len(section):,} cells · {len(section.genes):,} genes",
        "draw a region" if roi is None else f"{roi.name} · {len(session.roi_rows()):,} cells",
        edit_status(session),
        "choose a model" if session.model is None else f"{session.model.name} · {session.settings.zone_um:g} µm",
        "" if result is None else f"{result.n_obs:,} cells, simulated",
        f"{len(session.scenarios)} kept" if session.scenarios else "",
    )


def edit_status(session: Session) -> str:
    """What is changed, in a few words."""
    genes = len({gene for edit in session.edits for gene in edit.genes})
    cells = [edit.name for edit in session.edits if not edit.genes]
    words = [f"{genes} gene{'s' if genes != 1 else ''}"] if genes else []
    return " + ".join([*words, *cells]) or "choose genes"
