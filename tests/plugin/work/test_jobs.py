"""Jobs: off the main thread, cancelled, guarded, and never in the window's way."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from plugin.experiment import SQUARE, make_ready, run
from plugin.notices import heard
from plugin.slow_mean import SlowMean

from napari_ripple import actions
from napari_ripple.actions.simulate.run import use_model
from napari_ripple.actions.task import Task
from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for, session_for
from napari_ripple.work import jobs
from napari_ripple.work.turns import TURN_S
from ripple_core.errors import DeviceError, RippleError
from ripple_core.progress import Progress

Wait = Callable[..., None]


@pytest.fixture
def slow(ready: Session) -> Session:
    """A session whose model takes 2 ms a cell."""
    use_model(ready, SlowMean(ready.model.space))
    return ready


def wait_until_idle(qtbot: Any, session: Session) -> None:
    qtbot.waitUntil(lambda: not session.job.is_busy, timeout=30_000)


def test_regenerating_in_a_thread_gives_the_same_as_here(qtbot: Any, ready: Session) -> None:
    here = run(ready)
    jobs.regenerate(ready)
    assert ready.job.state == "running"
    wait_until_idle(qtbot, ready)
    assert ready.result is not here
    np.testing.assert_array_equal(ready.result.layers["response"], here.layers["response"])
    assert ready.result_is_current


def test_progress_is_told_and_ends(qtbot: Any, slow: Session) -> None:
    seen: list[int] = []
    slow.events.job.connect(lambda job: seen.append(job.progress.done) if job.progress else None)
    jobs.regenerate(slow)
    wait_until_idle(qtbot, slow)
    assert seen == sorted(seen)
    assert seen[-1] == len(slow.simulation.rows) - slow.simulation.n_roi
    assert 3 < len(seen) < seen[-1]


def test_only_one_job_at_a_time(qtbot: Any, slow: Session) -> None:
    jobs.regenerate(slow)
    with pytest.raises(RippleError, match="Regenerating is under way"):
        jobs.regenerate(slow)
    wait_until_idle(qtbot, slow)


def test_cancelling_keeps_what_is_done(qtbot: Any, slow: Session) -> None:
    jobs.regenerate(slow)
    qtbot.waitUntil(lambda: slow.job.progress is not None and slow.job.progress.done >= 5, timeout=10_000)
    jobs.cancel(slow)
    assert slow.job.state == "cancelling"
    wait_until_idle(qtbot, slow)
    done = int((slow.result.obs["ripple_role"] == "regenerated").sum())
    assert 5 <= done < len(slow.simulation.rows) - slow.simulation.n_roi
    assert json.loads(slow.result.uns["ripple"])["complete"] is False
    known = slow.simulation.known.sum()
    assert done == known - slow.simulation.n_roi


def test_a_change_of_the_choices_stops_the_job_and_paints_nothing(qtbot: Any, slow: Session) -> None:
    jobs.regenerate(slow)
    qtbot.waitUntil(lambda: slow.simulation is not None, timeout=10_000)
    actions.draw_roi(slow, np.array(SQUARE) + 10)
    wait_until_idle(qtbot, slow)
    assert slow.result is None
    assert slow.simulation is None
    assert "changed during the run" in slow.message


@pytest.mark.parametrize("error", [DeviceError("Expected cuda."), RippleError("No."), ZeroDivisionError("zero")])
def test_errors_are_shown_and_leave_the_session_idle(qtbot: Any, session: Session, error: Exception) -> None:
    def work(stop: Callable[[], bool]) -> Any:
        yield Progress(0, 1)
        raise error

    unexpected = nullcontext() if isinstance(error, RippleError) else qtbot.captureExceptions()
    with heard() as shown, unexpected:
        jobs.start(session, Task("Trying", work, lambda value: None))
        wait_until_idle(qtbot, session)
    assert session.message == str(error)
    assert any(str(error) in message for message in shown)


def test_a_missing_checkpoint_is_an_error_and_keeps_the_model(qtbot: Any, ready: Session, tmp_path: Path) -> None:
    before = ready.model
    jobs.open_model(ready, tmp_path / "nothing")
    wait_until_idle(qtbot, ready)
    assert ready.model is before
    assert "Expected" in ready.message


def test_section_and_model_open_in_a_thread(qtbot: Any, tissue_path: Path, knn_checkpoint: Path) -> None:
    session = Session()
    jobs.open_section(session, tissue_path)
    wait_until_idle(qtbot, session)
    assert session.section.name == "tissue_1"
    jobs.open_model(session, knn_checkpoint)
    wait_until_idle(qtbot, session)
    assert session.model_path == knn_checkpoint
    assert [command.name for command in session.commands] == ["open", "load_model"]


def test_torch_leaves_a_core_while_it_works(qtbot: Any, ready: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    inside: list[int] = []
    outside = torch.get_num_threads()

    def work(stop: Callable[[], bool]) -> Any:
        inside.append(torch.get_num_threads())
        yield Progress(1, 1)

    jobs.start(ready, Task("Counting", work, lambda value: None))
    wait_until_idle(qtbot, ready)
    assert inside == [max(1, (os.cpu_count() or 2) - 1)]
    assert torch.get_num_threads() == outside


def test_a_closed_session_hears_nothing_more(qtbot: Any, slow: Session, qapp: Any) -> None:
    jobs.regenerate(slow)
    qtbot.waitUntil(lambda: slow.simulation is not None, timeout=10_000)
    jobs.close(slow)
    known = int(slow.simulation.known.sum())
    qtbot.wait(200)
    assert int(slow.simulation.known.sum()) == known
    assert slow.result is None


def test_closing_the_window_stops_the_job(
    qtbot: Any, qapp: Any, make_napari_viewer: Any, tissue_path: Path, deg_path: Path, knn_checkpoint: Path
) -> None:
    viewer = make_napari_viewer(show=False)
    session = session_for(viewer)
    actions.open_section(session, tissue_path)
    make_ready(session, deg_path, knn_checkpoint)
    use_model(session, SlowMean(session.model.space, rest_s=0.05))
    jobs.regenerate(session)
    qtbot.waitUntil(lambda: session.simulation is not None, timeout=10_000)
    link = link_for(viewer)
    viewer.close()
    qtbot.waitUntil(lambda: link.is_closed, timeout=5_000)
    assert list(session.rois) == ["Region 1"]


def test_threads_take_short_turns_while_a_job_runs(qtbot: Any, slow: Session) -> None:
    before = sys.getswitchinterval()
    jobs.regenerate(slow)
    qtbot.waitUntil(lambda: slow.job.progress is not None, timeout=10_000)
    assert sys.getswitchinterval() <= TURN_S * 1.01
    jobs.cancel(slow)
    wait_until_idle(qtbot, slow)
    qtbot.waitUntil(lambda: sys.getswitchinterval() == before, timeout=2_000)


def test_a_pause_holds_the_run_and_shows_what_there_is(qtbot: Any, slow: Session) -> None:
    jobs.regenerate(slow)
    qtbot.waitUntil(lambda: slow.job.progress is not None and slow.job.progress.done >= 5, timeout=10_000)
    jobs.pause_or_resume(slow)
    assert slow.job.state == "paused"
    qtbot.waitUntil(lambda: slow.result is not None, timeout=5_000)
    qtbot.wait(150)
    known = int(slow.simulation.known.sum())
    assert slow.result.n_obs == known < len(slow.simulation.known)
    qtbot.wait(300)
    assert int(slow.simulation.known.sum()) == known
    before = slow.job.started
    jobs.pause_or_resume(slow)
    assert slow.job.started - before > 0.4
    wait_until_idle(qtbot, slow)
    assert slow.simulation.known.all()
    assert slow.result_is_current


def test_a_paused_run_can_be_cancelled(qtbot: Any, slow: Session) -> None:
    jobs.regenerate(slow)
    qtbot.waitUntil(lambda: slow.job.progress is not None and slow.job.progress.done >= 5, timeout=10_000)
    jobs.pause(slow)
    jobs.cancel(slow)
    wait_until_idle(qtbot, slow)
    assert 0 < slow.simulation.known.sum() < len(slow.simulation.known)
