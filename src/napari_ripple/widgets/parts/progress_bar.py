"""The bar of a running job: how far it is, and one line of words on it."""

from __future__ import annotations

from qtpy.QtWidgets import QProgressBar

from ripple_core.progress import Progress

STEPS = 1000


class ProgressBar(QProgressBar):
    """A bar that is drawn once for each thing it is told; without an end that is known it goes to and fro."""

    def show_progress(self, progress: Progress | None, words: str) -> None:
        """Move the bar; Qt would draw it for each change, and with it the tissue, if it were not held."""
        is_known = progress is not None and progress.total > 0
        self.setUpdatesEnabled(False)
        self.setMaximum(STEPS if is_known else 0)
        self.setValue(round(progress.fraction * STEPS) if progress is not None else 0)
        self.setFormat(words)
        self.setUpdatesEnabled(True)
