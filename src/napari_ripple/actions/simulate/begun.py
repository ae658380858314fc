"""A run with its first cells, which may be made before anybody has asked for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from napari_ripple.session import Session
from napari_ripple.state.choices import same
from napari_ripple.state.simulation import Simulation
from ripple_core.perturb.run import Perturbation, PerturbSettings
from ripple_core.progress import Progress


@dataclass(frozen=True, eq=False)
class Begun:
    """A run that has begun.

    Parameters
    ----------
    inputs
        What it started from, as :meth:`Session.inputs` gives it.
    run
        The run.
    first
        Its first step, if that was made too; its ``partial`` is the simulation, with the first cells in it, so that the window paints
        once before they are seen.
    rest
        The steps to come.
    """

    inputs: tuple[Any, ...]
    run: Perturbation
    first: Progress | None
    rest: Iterator[Progress]

    @property
    def ready(self) -> tuple[Progress, ...]:
        """The first step, if there is one."""
        return () if self.first is None else (self.first,)

    def fits(self, session: Session) -> bool:
        """Whether the session would start the same run now."""
        return same(self.inputs, session.inputs())


def begin(session: Session) -> Callable[[], Begun]:
    """Begin the run that the session asks for now: a function for any thread, which raises DataError for what cannot be run."""
    inputs = session.inputs()
    section, model, roi, edits, settings = session.section, session.model, session.roi, session.edits, session.settings

    def made() -> Begun:
        run = Perturbation(section, model, roi, edits, settings)  # type: ignore[arg-type]  # checked by who asks
        return Begun(inputs, run, None, run.steps())

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
