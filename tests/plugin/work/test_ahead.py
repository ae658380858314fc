"""Runs that are begun before Regenerate is pressed: the same numbers, cells at once, nothing of other choices."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plugin.experiment import run
from plugin.slow_mean import SlowMean

from napari_ripple import actions
from napari_ripple.actions.simulate.begun import Coming, arrived
from napari_ripple.actions.simulate.run import use_model
from napari_ripple.session import Session
from napari_ripple.work import ahead, jobs
from napari_ripple.work.beside import Trial
from napari_ripple.work.turns import goes_first

WAIT_MS = 30_000


@pytest.fixture
def watched(qapp: Any, ready: Session) -> Iterator[Session]:
    """A session in which only Regenerate is missing, whose runs are begun ahead."""
    ahead.watch(ready)
    yield ready
    jobs.close(ready)
    ahead.close(ready)


def wait_until_begun(qtbot: Any, session: Session) -> ahead.Ahead:
    """Wait for the run; the settings are as good as changed, so that one is looked for in any case."""
    watch = ahead._watches[session]
    session.events.settings.emit(session.settings)
    qtbot.waitUntil(lambda: watch.is_ready, timeout=WAIT_MS)
    return watch


def wait_until_idle(qtbot: Any, session: Session) -> None:
    qtbot.waitUntil(lambda: not session.job.is_busy, timeout=WAIT_MS)


def test_the_first_cells_are_there_at_the_click(qtbot: Any, watched: Session) -> None:
    use_model(watched, SlowMean(watched.model.space, 0.05))
    wait_until_begun(qtbot, watched)
    jobs.regenerate(watched)
    assert watched.simulation.known.sum() == watched.simulation.n_roi + 1
    assert watched.job.progress.done == 1


def test_without_it_they_come_later(qtbot: Any, watched: Session) -> None:
    jobs.regenerate(watched)
    assert watched.simulation is None


@pytest.mark.parametrize("name", ["knn_checkpoint", "gest_checkpoint"])
def test_the_result_is_that_of_a_run_that_nobody_had_begun(
    qtbot: Any, watched: Session, name: str, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(name)
    actions.open_model(watched, path)
    here = run(watched)
    watched.result_inputs = None
    wait_until_begun(qtbot, watched)
    jobs.regenerate(watched)
    wait_until_idle(qtbot, watched)
    assert watched.result is not here
    for layer in ("control", "perturbed"):
        np.testing.assert_array_equal(watched.result.layers[layer], here.layers[layer])
    assert watched.result_is_current


def test_placebos_are_made_ready_but_no_cell(qtbot: Any, watched: Session) -> None:
    actions.set_settings(watched, null=3)
    here = run(watched)
    watched.result_inputs = None
    wait_until_begun(qtbot, watched)
    jobs.regenerate(watched)
    assert not watched.job.progress
    wait_until_idle(qtbot, watched)
    np.testing.assert_array_equal(watched.result.obs["ripple_p"], here.obs["ripple_p"])


@pytest.mark.parametrize(
    "change",
    [
        lambda session: actions.set_settings(session, seed=7),
        lambda session: actions.remove_edit(session, 0),
        lambda session: actions.draw_roi(session, [[40.0, 40.0], [90.0, 40.0], [90.0, 90.0], [40.0, 90.0]]),
        lambda session: use_model(session, SlowMean(session.model.space)),
    ],
    ids=["settings", "edit", "region", "model"],
)
def test_another_choice_forgets_it(qtbot: Any, watched: Session, change: Any) -> None:
    watch = wait_until_begun(qtbot, watched)
    change(watched)
    assert not watch.is_ready
    assert ahead.taken(watched) is None


def test_what_is_begun_meanwhile_is_not_that_of_a_choice_before(qtbot: Any, watched: Session) -> None:
    use_model(watched, SlowMean(watched.model.space, 0.3))
    qtbot.wait(ahead.DELAY_MS + 100)  # its first cell is being made now
    actions.set_settings(watched, seed=7)
    watch = wait_until_begun(qtbot, watched)
    assert watch.take().result().run.settings.seed == 7


def test_nothing_is_begun_when_the_result_is_there(qtbot: Any, watched: Session) -> None:
    run(watched)
    qtbot.wait(ahead.DELAY_MS + 200)
    assert not ahead._watches[watched].is_ready


def test_a_click_meanwhile_waits_for_what_is_being_begun(qtbot: Any, watched: Session) -> None:
    model = SlowMean(watched.model.space, 0.5)
    use_model(watched, model)
    watch = ahead._watches[watched]
    qtbot.waitUntil(lambda: watch._coming is not None and watch._coming.running(), timeout=WAIT_MS)
    coming = watch._coming
    assert not coming.done()  # its first cell takes half a second
    jobs.regenerate(watched)
    assert watched.simulation is None
    qtbot.waitUntil(lambda: watched.simulation is not None, timeout=WAIT_MS)
    assert watched.simulation is coming.result().first.partial


def test_the_check_of_the_model_rests_until_the_run_has_begun(qtbot: Any, watched: Session) -> None:
    trial = Trial(actions.badge_task(watched), is_resting=False)
    told: list[bool] = []
    with goes_first():
        resting = threading.Thread(target=lambda: told.append(trial._is_to_stop()))
        resting.start()
        qtbot.wait(200)
        assert told == []
    resting.join(5)
    assert told == [False]


def test_what_nobody_has_started_to_begin_is_not_waited_for() -> None:
    coming: Coming = Future()
    assert arrived(coming, lambda: False) is None
    assert not coming.set_running_or_notify_cancel()  # and is not begun any more


def test_what_cannot_be_run_is_told_when_it_is_asked_for(qtbot: Any, watched: Session) -> None:
    actions.set_settings(watched, zone_um=0.01)
    qtbot.wait(ahead.DELAY_MS + 200)
    assert not ahead._watches[watched].is_ready
    assert "Widen the zone" not in watched.message


def test_the_time_until_the_click_is_not_counted(qtbot: Any, watched: Session) -> None:
    watch = wait_until_begun(qtbot, watched)
    begun = watch.take().result()
    before = begun.run.seconds
    time.sleep(0.3)
    for _ in begun.rest:
        pass
    assert begun.run.seconds - before < 0.3


def test_cancelled_while_it_waits_a_run_is_not_begun_once_more(watched: Session) -> None:
    coming: Coming = Future()
    coming.set_running_or_notify_cancel()
    task = actions.regenerate_task(watched, coming)
    assert [step.message for step in task.work(lambda: True)] == ["Reading the cells"]
    assert task.so_far() is None
