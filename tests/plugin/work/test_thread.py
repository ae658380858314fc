"""Work on another thread: told in order on this one, and forgotten with all that it held, however it ended."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Generator
from typing import Any

import pytest
from plugin.event_loop import run_until
from qtpy.QtCore import QThreadPool

from napari_ripple.work.thread import Worker, worker_of


class Section:
    """Stands for something large."""


class Told:
    """What was told, and on which threads the work began and ended."""

    def __init__(self) -> None:
        self.steps: list[int] = []
        self.value: Any = None
        self.is_over = False
        self.threads: list[int] = []


def work_on(section: Section, told: Told, steps: int) -> Generator[int, None, str]:
    told.threads.append(threading.get_ident())
    try:
        yield from range(steps)
        return f"done with {type(section).__name__}"
    finally:
        told.threads.append(threading.get_ident())


def started(told: Told, steps: int) -> tuple[Worker, weakref.ref[Section]]:
    """A worker under way, and a reference to what it, its listeners and nobody else hold."""
    section = Section()

    def end(value: str) -> None:
        told.value = (type(section), value)

    def over() -> None:
        told.is_over = True

    worker = worker_of(work_on(section, told, steps), told.steps.append, end, over)
    worker.start()
    return worker, weakref.ref(section)


@pytest.mark.parametrize("is_quit", [False, True])
def test_nothing_stays_of_work_that_has_ended(viewer: Any, is_quit: bool) -> None:
    told = Told()
    worker, section = started(told, 10**9 if is_quit else 3)
    if is_quit:
        run_until(lambda: told.steps, 5)
        worker.quit()
    run_until(lambda: told.is_over, 5)
    run_until(lambda: gc.collect() < 0 or section() is None, 5)  # listeners are let go of by an event of their own
    assert section() is None, "the worker holds the section"
    assert told.value == (None if is_quit else (Section, "done with Section"))
    assert told.steps[:3] == [0, 1, 2][: len(told.steps)]
    assert told.threads == [told.threads[0]] * 2, "it did not end where it began"
    assert told.threads[0] != threading.get_ident()


def test_the_window_keeps_no_worker_that_has_ended(viewer: Any) -> None:
    told = Told()
    kept = weakref.ref(started(told, 3)[0])
    run_until(lambda: told.is_over, 5)
    run_until(lambda: gc.collect() < 0 or kept() is None, 5)
    assert kept() is None


def test_a_window_that_closes_can_end_what_is_under_way(viewer: Any) -> None:
    told = Told()
    started(told, 10**9)
    run_until(lambda: told.steps, 5)
    viewer.window._task_status_manager.cancel_all()
    run_until(lambda: told.is_over, 5)
    assert told.is_over


def test_work_does_not_wait_for_other_work_on_a_machine_with_one_core(viewer: Any) -> None:
    pool = QThreadPool.globalInstance()
    before = pool.maxThreadCount()
    pool.setMaxThreadCount(1)
    long, short = Told(), Told()
    worker, _ = started(long, 10**9)
    run_until(lambda: long.steps, 5)
    started(short, 3)
    run_until(lambda: short.is_over, 5)
    has_waited = not short.is_over
    worker.quit()
    run_until(lambda: long.is_over and short.is_over, 5)
    pool.setMaxThreadCount(before)
    assert not has_waited
