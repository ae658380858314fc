"""How a job is told: percent, message, and the time that is left in the unit that fits."""

from __future__ import annotations

import pytest

from napari_ripple.session import JobState
from napari_ripple.widgets.parts.running.time_left import progress_text, time_left
from ripple_core.progress import Progress


@pytest.mark.parametrize(
    ("done", "now", "words"),
    [
        (0, 5.0, ""),
        (50, 0.5, ""),
        (50, 10.0, "10 s left"),
        (1, 10.0, "16 min left"),
        (1, 100.0, "2.8 h left"),
        (100, 10.0, "1 s left"),
    ],
)
def test_time_left_is_told_in_the_unit_that_fits(done: int, now: float, words: str) -> None:
    assert time_left(JobState("running", "Regenerating", Progress(done, 100), 0.0), now) == words


def test_progress_is_told_in_one_line() -> None:
    assert progress_text(JobState("running", "Loading", Progress(0, 0, "Reading tissue")), 1.0) == "Reading tissue"
    assert progress_text(JobState("running", "Loading"), 1.0) == "Loading"
    assert progress_text(JobState("running", "x", Progress(1, 4), 0.0), 3.0) == "25% · 9 s left"
    assert "kept" in progress_text(JobState("cancelling", "x", Progress(1, 4)), 3.0)
