"""The bar of a running job leaves the window time for what the job computes."""

from __future__ import annotations

from napari_ripple.widgets.parts.running.progress_bar import STEPS, ProgressBar
from ripple_core.progress import Progress


def test_a_bar_without_a_known_end_stands_still_at_first(qapp) -> None:
    """A bar that goes to and fro has the window drawn all the time, while the first cells are computed."""
    bar = ProgressBar()
    bar.show_progress(None, "Reading")
    assert (bar.maximum(), bar.value()) == (STEPS, 0)
    bar._patience.timeout.emit()
    assert bar.maximum() == 0
    bar.show_progress(Progress(1, 2), "half")
    assert (bar.maximum(), bar.value()) == (STEPS, STEPS // 2)
    bar.show_progress(None, "Reading")
    bar.show()
    bar.hide()
    assert not bar._patience.isActive()
    bar.deleteLater()
