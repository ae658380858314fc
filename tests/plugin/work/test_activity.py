"""A job that takes a while has its bar in napari's activity dock, and the bar goes with it."""

from __future__ import annotations

from typing import Any

from napari.utils import progress
from plugin.event_loop import run_until

from napari_ripple.session import JobState, Session
from napari_ripple.viewer_link import link_for
from ripple_core.progress import Progress


def test_the_bar_follows_the_job(viewer: Any, opened: Session) -> None:
    before = len(progress._all_instances)
    activity = link_for(viewer).activity
    opened.job = JobState("running", "Regenerating", Progress(3, 10))
    run_until(lambda: activity.bar is not None, 5)
    assert (activity.bar.desc.strip(": "), activity.bar.n, activity.bar.total) == ("Regenerating", 3, 10)
    opened.job = JobState("running", "Regenerating", Progress(7, 10))
    run_until(lambda: activity.bar.n == 7, 5)
    opened.job = JobState()
    run_until(lambda: activity.bar is None, 5)
    assert len(progress._all_instances) == before


def test_a_short_job_has_none(viewer: Any, opened: Session) -> None:
    activity = link_for(viewer).activity
    opened.job = JobState("running", "Reading")
    opened.job = JobState()
    run_until(lambda: activity.bar is not None, 1)
    assert activity.bar is None
