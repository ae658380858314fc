"""The job under way in one line below the steps, with its cancel button, while no page in sight tells of it."""

from __future__ import annotations

import time
from collections.abc import Iterable

from qtpy.QtWidgets import QHBoxLayout, QWidget

from napari_ripple.session import JobState
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.running.progress_bar import ProgressBar
from napari_ripple.widgets.parts.running.time_left import progress_text


class JobLine(QWidget):
    """A bar with the job's title on it; takes no room while nothing is under way.

    Parameters
    ----------
    others
        The bars of the pages above: while one of them is in sight there is nothing to tell here.
    """

    def __init__(self, others: Iterable[ProgressBar]) -> None:
        super().__init__()
        self.bar = ProgressBar()
        self.cancel = tones.button("Cancel", "Stop; what is finished stays.")
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 2, 10, 2)
        line.addWidget(self.bar, 1)
        line.addWidget(self.cancel)
        self._others = list(others)
        self.hide()

    def show_job(self, job: JobState) -> None:
        """Show how far a job is; nothing while there is none, or where another bar shows it."""
        is_wanted = job.is_busy and not any(bar.isVisible() for bar in self._others)
        self.setVisible(is_wanted)
        if is_wanted:
            told = progress_text(job, time.monotonic())
            self.bar.show_progress(job.progress, told if told.startswith(job.title) else f"{job.title}: {told}")
            self.bar.setToolTip(self.bar.format())
            self.cancel.setEnabled(job.state != "cancelling")
