"""A button that starts long work, with its bar, its cancel button, and what is missing before it can start."""

from __future__ import annotations

import time

from qtpy.QtWidgets import QPushButton, QVBoxLayout, QWidget

from napari_ripple.session import JobState
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.page import row
from napari_ripple.widgets.parts.running.progress_bar import ProgressBar
from napari_ripple.widgets.parts.running.time_left import progress_text


class RunRow(QWidget):
    """Shows the job of one title; other jobs only keep the button from being pressed.

    Parameters
    ----------
    words, tip
        Of the button.
    title
        The title of the job that it starts.
    """

    def __init__(self, words: str, tip: str, title: str) -> None:
        super().__init__()
        self._title = title
        self.start = QPushButton(words)
        self.start.setProperty("role", "primary")
        self.start.setToolTip(tip)
        self.cancel = tones.button("Cancel", "Stop; what is finished stays.")
        self.bar, self.hint = ProgressBar(), tones.quiet()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row(self.start, self.cancel, stretch=0))
        column.addWidget(self.bar)
        column.addWidget(self.hint)
        self.show_job(JobState(), "")

    def show_job(self, job: JobState, missing: str) -> None:
        """Show how far the job is, or what has to be chosen first."""
        is_own = job.is_busy and job.title == self._title
        self.start.setEnabled(not job.is_busy and not missing)
        self.cancel.setVisible(is_own)
        self.cancel.setEnabled(job.state != "cancelling")
        self.bar.setVisible(is_own)
        words = missing if not job.is_busy else "" if is_own else f"Wait until this is done: {job.title}."
        if is_own and job.progress is not None:
            words = job.progress.message
        self.hint.setText(words)
        self.hint.setVisible(bool(words))
        if is_own:
            self.bar.show_progress(job.progress, progress_text(job, time.monotonic()))
