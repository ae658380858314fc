"""Takes a generator's steps on another thread, and lets go of everything once it has ended."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Generator
from typing import Any

from napari.qt.threading import GeneratorWorker, create_worker
from qtpy.QtCore import QThreadPool

LEAST_THREADS = 8
"""Threads that works may have at once. Qt gives as many as there are cores: with one core, or two, a training that is
followed and a badge that is computed would let a run wait, and whoever waits cannot be cancelled."""

Told = Callable[[Any], Any]


class Worker(GeneratorWorker):
    """A worker that ends its work on the work's own thread, also where it was asked to quit in the middle of it."""

    held: list[Generator[Any, None, Any]]

    @property
    def quit(self) -> Callable[[], None]:
        """Asks it to end. Napari keeps this for as long as its window is open, so it does not keep the worker itself."""
        kept = weakref.ref(self)

        def ask() -> None:
            worker = kept()
            if worker is not None:
                super(Worker, worker).quit()

        return ask

    def work(self) -> Any:
        """Every step of it; napari's worker would leave a generator half done when it quits, and all that this one holds."""
        try:
            return super().work()
        finally:
            while self.held:
                self.held.pop().close()


def worker_of(
    work: Generator[Any, None, Any], yielded: Told, returned: Told, finished: Callable[[], Any] = lambda: None,
    words: str | None = None,
) -> Worker:  # fmt: skip
    """A worker, not started yet, for work whose steps, value and end are told on this thread.

    Once it has ended it knows nothing any more of what it has done and for whom: whoever still has the worker would keep
    sections and results with it. With ``words`` napari's activity dock names it.
    """
    held = [work]
    progress = None if words is None else {"desc": words}
    pool = QThreadPool.globalInstance()
    pool.setMaxThreadCount(max(pool.maxThreadCount(), LEAST_THREADS))
    worker: Worker = create_worker(_steps, held, _worker_class=Worker, _progress=progress)
    worker.held = held
    listening = [(worker.yielded, yielded), (worker.returned, returned), (worker.finished, finished)]
    for signal, slot in listening:
        signal.connect(slot)

    def forget() -> None:
        while listening:
            signal, slot = listening.pop()
            signal.disconnect(slot)

    worker.finished.connect(forget)
    return worker


def _steps(held: list[Generator[Any, None, Any]]) -> Generator[Any, None, Any]:
    return (yield from held[0])
