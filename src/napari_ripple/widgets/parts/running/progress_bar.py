"""The bar of a running job: how far it is, and one line of words on it."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QProgressBar

from ripple_core.progress import Progress

STEPS = 1000
PATIENCE_MS = 800
"""So long a bar without a known end stands still: a bar that goes to and fro has the whole window drawn at every step, which
would keep the first results waiting."""


class ProgressBar(QProgressBar):
    """A bar that is drawn once for each thing it is told; without an end that is known it goes to and fro after a while."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.setMaximum(STEPS)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(lambda: self.setMaximum(0))

    def show_progress(self, progress: Progress | None, words: str) -> None:
        """Move the bar; Qt would draw it for each change, and with it the tissue, if it were not held."""
        is_known = progress is not None and progress.total > 0
        self.setUpdatesEnabled(False)
        if is_known:
            self._patience.stop()
            self.setMaximum(STEPS)
        elif self.maximum() and not self._patience.isActive():
            self._patience.start(PATIENCE_MS)
        self.setValue(round(progress.fraction * STEPS) if progress is not None else 0)
        self.setFormat(words)
        self.setUpdatesEnabled(True)

    def hideEvent(self, event: Any) -> None:
        """The next job begins at a bar that stands still."""
        self._patience.stop()
        self.setMaximum(STEPS)
        super().hideEvent(event)
