"""A run with its first cells, which may be made before anybody has asked for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace

from napari_ripple.session import Session
from napari_ripple.state.simulation import Simulation
from ripple_core.perturb.run import Perturbation, PerturbSettings
from ripple_core.progress import Progress


@dataclass(frozen=True, eq=False)
class Begun:
    """A run that has begun.

    Parameters
    ----------
    run
        The run.
    first
        Its first step, if that was made too; its ``partial`` is the simulation, with the first cells in it, so that the window paints
        once before they are seen.
    rest
        The steps to come.
    """

    run: Perturbation
    first: Progress | None
    rest: Iterator[Progress]

    @property
    def ready(self) -> tuple[Progress, ...]:
        """The first step, if there is one."""
        return () if self.first is None else (self.first,)


Coming = Future[Begun | None]
"""A run that is being begun; None comes where none can be."""
LOOK_S = 0.005


def begin(session: Session) -> Callable[[], Begun]:
    """Begin the run that the session asks for now: a function for any thread, which raises DataError for what cannot be run."""
    section, model, roi, edits, settings = session.section, session.model, session.roi, session.edits, session.settings

    def made() -> Begun:
        run = Perturbation(section, model, roi, edits, settings)  # type: ignore[arg-type]  # checked by who asks
        return Begun(run, None, run.steps())

    return made


def first_cells(begun: Begun) -> Begun:
    """The same run with its first step made."""
    if begun.first is not None:
        return begun
    step = next(begun.rest, None)
    if step is None:
        return begun
    return replace(begun, first=replace(step, partial=Simulation.begin(begun.run, step.partial)))


def is_quick(settings: PerturbSettings) -> bool:
    """Whether the first cells come quickly and hold little memory: one run, without placebos, cell after cell."""
    return settings.draws * settings.orders == 1 and not settings.null and not settings.waves


def there(coming: Coming | None) -> Begun | None:
    """The run, if it has been begun by now."""
    return coming.result() if coming is not None and coming.done() else None


def arrived(coming: Coming | None, stop: Callable[[], bool]) -> Begun | None:
    """The run, once it has been begun; None where nobody has started to, or if it is time to stop before."""
    if coming is None or coming.cancel():
        return None
    while not coming.done() and not stop():
        time.sleep(LOOK_S)
    return there(coming)
