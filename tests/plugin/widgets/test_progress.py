"""While a job runs: how far it is stands where the user looks, and nothing is repainted more often than twice a second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from plugin.slow_mean import SlowMean
from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtTest import QTest

from napari_ripple import actions
from napari_ripple.actions.simulate.run import use_model
from napari_ripple.widgets.panel import RESULT, RipplePanel
from napari_ripple.widgets.parts.following import WHILE_RUNNING_MS
from napari_ripple.work import jobs


class Repaints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: Any) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Count; nothing is held back."""
        self.count += event is not None and event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def slow(chosen, wait) -> Iterator[Any]:
    """The session of the window, with a model that takes some seconds."""
    actions.set_settings(chosen, zone_um=400.0)
    use_model(chosen, SlowMean(chosen.model.space, rest_s=0.05))
    yield chosen
    jobs.cancel(chosen)
    wait(lambda: not chosen.job.is_busy)


def begun(dock, session, wait) -> RipplePanel:
    """A panel whose session has generated its first cells."""
    panel = dock(RipplePanel)
    panel.steps.open(RESULT - 1)
    jobs.regenerate(session)
    wait(lambda: session.job.progress is not None and session.job.progress.done)
    return panel


def test_progress_is_said_once(dock, slow, wait) -> None:
    panel = begun(dock, slow, wait)
    header = panel.steps.headers[RESULT - 1].status
    wait(lambda: panel.regenerate.bar.value() > 0)
    wait(lambda: header.full_text() == "Regenerating")
    panel.steps.open(0)
    wait(lambda: header.full_text().endswith("%"))


def test_a_job_is_seen_and_stopped_from_every_step(dock, slow, wait) -> None:
    panel = begun(dock, slow, wait)
    wait(lambda: panel.regenerate.bar.value() > 0)
    line = panel.job_line
    assert not line.isVisible()  # the page itself shows it
    panel.steps.open(0)
    wait(line.isVisible)
    assert line.bar.format().startswith("Regenerating: ")
    panel.steps.open(RESULT - 1)
    wait(lambda: not line.isVisible())
    panel.steps.open(0)
    wait(line.isVisible)
    QTest.mouseClick(line.cancel, Qt.MouseButton.LeftButton)
    wait(lambda: not slow.job.is_busy)
    assert not line.isVisible()
    assert slow.result is not None  # what was done is kept


def test_the_bar_is_calm_while_cells_come(dock, slow, wait) -> None:
    panel = begun(dock, slow, wait)
    wait(lambda: panel.regenerate.bar.value() > 0)
    painted, began, before = Repaints(panel.regenerate.bar), time.monotonic(), panel.regenerate.bar.value()
    wait(seconds=3, must=False)
    assert slow.job.is_busy
    assert panel.regenerate.bar.value() > before
    assert painted.count <= 3 * (time.monotonic() - began) * 1e3 / WHILE_RUNNING_MS + 2
