"""Long work as a value: what runs away from the screen, and what is done with its steps on the main thread."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from ripple_core.progress import Progress, finished

Work = Generator[Progress, None, Any]


@dataclass(frozen=True)
class Task:
    """Work that may run on another thread.

    Parameters
    ----------
    title
        What the user reads while it runs.
    work
        Takes a function that says whether to stop; yields Progress and returns what has been made so far. It never
        touches the Session.
    receive
        What to do with each step; called on the main thread.
    finish
        What to do with the returned value; called on the main thread, also when the work was stopped early.
    is_stale
        Whether the choices that the work started from have changed, so that nothing of it may be shown.
    failed
        Told of an error of the work, before the user is; called on the main thread, if the work had another one.
    ready
        Steps that are there already: received at once, before the work begins.
    so_far
        What has been made so far, as a step's ``partial``; asked for on the work's thread, between two steps, when it
        is paused. None where there is nothing to show yet.
    """

    title: str
    work: Callable[[Callable[[], bool]], Work]
    finish: Callable[[Any], None]
    receive: Callable[[Progress], None] = lambda progress: None
    is_stale: Callable[[], bool] = lambda: False
    failed: Callable[[Exception], None] = lambda error: None
    ready: tuple[Progress, ...] = ()
    so_far: Callable[[], Any] = lambda: None


def run_here(task: Task) -> Generator[Progress, None, None]:
    """Run a task on this thread, step by step; a caller that stops early keeps what has been made."""
    stopped = False
    work = task.work(lambda: stopped)
    value: Any = None
    try:
        for step in task.ready:
            task.receive(step)
            yield step
        while True:
            try:
                step = next(work)
            except StopIteration as end:
                value = end.value
                break
            task.receive(step)
            yield step
    except GeneratorExit:
        stopped = True
        task.finish(finished(work))
        return
    task.finish(value)


def until(steps: Work, stop: Callable[[], bool]) -> Work:
    """The steps of a job until it is to stop; its value, or None where it was stopped."""
    while not stop():
        try:
            yield next(steps)
        except StopIteration as end:
            return end.value
    return None
