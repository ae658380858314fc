"""Load a model, choose how cells are regenerated, and regenerate them."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import anndata as ad

from napari_ripple.actions.scenarios.scenarios import keep_result
from napari_ripple.actions.simulate.begun import Begun, Coming, arrived, begin, first_cells, there
from napari_ripple.actions.task import Task, Work, run_here
from napari_ripple.display.measured import cell_scale
from napari_ripple.session import Command, Session
from napari_ripple.state.simulation import Simulation
from napari_ripple.user import shelf
from ripple_core.errors import DataError
from ripple_core.files import sha256
from ripple_core.models import catalog
from ripple_core.models.contract import Model
from ripple_core.perturb.run import Partial, Perturbation
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.progress import Progress, finished

SNAPSHOT_S = 2.0
SNAPSHOT_SHARE = 0.05


def open_model(session: Session, path: str | Path, device: str = "auto") -> None:
    """Load a checkpoint folder onto a device (auto, cpu, cuda, mps)."""
    finished(run_here(model_task(session, path, device)))


def model_task(session: Session, path: str | Path, device: str = "auto") -> Task:
    """The same as work for another thread; the first model also loads torch, which takes some seconds."""
    section = session.section

    def work(stop: Callable[[], bool]) -> Work:
        yield Progress(0, 0, f"Loading {Path(path).name}")
        model = hashed(catalog.load(path, device), Path(path))
        if section is not None and section.is_complete:
            cell_scale(section, model.space)  # the section remembers it: the window would wait for it
        return None if stop() else model

    def finish(model: Model | None) -> None:
        if model is not None:
            shelf.remember(Path(path))
            session.record("load_model", path=str(path), **({} if device == "auto" else {"device": device}))
            use_model(session, model, Path(path))

    return Task(f"Loading {Path(path).name}", work, finish)


def hashed(model: Model, path: Path) -> Model:
    """The model with the hash of its folder in its record, which every result names; looked up once."""
    if not model.record.get("hash"):
        model.record["hash"] = sha256(path)
    return model


def use_model(session: Session, model: Model, path: Path | None = None) -> None:
    """Use a model that is in memory; ``path`` is its checkpoint folder, which a recipe needs."""
    session.model_path = path
    session.check = None
    session.model = model
    session.message = f"{model.name}: {len(model.space.genes):,} genes, on {model.device}."


def set_settings(session: Session, **changes: Any) -> None:
    """Change fields of PerturbSettings; steps of one dragged field become one step to undo."""
    settings = PerturbSettings(**{**session.settings.model_dump(), **changes})
    merge = "settings " + " ".join(sorted(changes))
    session.choose(Command("set_settings", changes, merge), settings=settings)


def regenerate(session: Session) -> Generator[Progress, None, None]:
    """Regenerate the surroundings of the active region step by step; stopping early keeps what has been generated."""
    return run_here(regenerate_task(session))


def regenerate_task(session: Session, coming: Coming | None = None) -> Task:
    """The same as work for another thread; DataError at once when something has still to be chosen.

    ``coming`` is this very run, if it has been begun already, or is being begun: its first cells come at once, or soon.
    """
    missing = session.missing_for_regeneration()
    if missing:
        raise DataError(missing)
    inputs, roi, start = session.inputs(), session.roi, begin(session)
    session.record("regenerate")
    begun, runs = there(coming), list[Perturbation]()

    def work(stop: Callable[[], bool]) -> Work:
        found = begun
        if found is None:
            yield Progress(0, 0, "Reading the cells")
            found = arrived(coming, stop)
            if found is None and stop():
                return None
            found = found or start()
        runs.append(found.run)
        if found.first is None:
            yield Progress(0, found.run.work, f"{found.run.report['n_zone']:,} cells to regenerate")
            found = first_cells(found)
        if found.first is not None and not (begun and begun.ready):
            yield found.first
        return (yield from _carry_out(found, stop))

    def so_far() -> ad.AnnData | None:
        return runs[0].result() if runs and runs[0].tally.used else None

    def is_stale() -> bool:
        return any(now is not before for now, before in zip(session.inputs()[:4], inputs[:4], strict=True))

    def receive(step: Progress) -> None:
        if not is_stale():
            _receive(session, step.partial)

    def finish(result: ad.AnnData | None) -> None:
        if is_stale():
            session.simulation = None
            session.message = "The section, model, region or edit changed during the run, so its result is not shown."
        elif result is not None:
            session.result_inputs = inputs
            session.result = result
            keep_result(session, inputs, roi, result)  # type: ignore[arg-type]  # checked above
            session.message = _summary(session)

    ready = () if begun is None else begun.ready
    return Task("Regenerating", work, finish, receive, is_stale, ready=ready, so_far=so_far)


def _carry_out(begun: Begun, stop: Callable[[], bool]) -> Work:
    """The steps after the first and, now and then, the result so far; returns the last result."""
    run = begun.run
    next_look = time.monotonic() + SNAPSHOT_S
    while begun.first is not None and not stop():
        step = next(begun.rest, None)
        if step is None:
            break
        yield step
        now = time.monotonic()
        if now > next_look and not stop():
            yield Progress(step.done, step.total, step.message, run.result())
            cost = time.monotonic() - now
            next_look = time.monotonic() + max(SNAPSHOT_S, cost / SNAPSHOT_SHARE)
    return None if begun.first is None else run.result()


def _receive(session: Session, partial: Any) -> None:
    """Show what a step brought: the simulation at the start, cells, or the result so far."""
    if isinstance(partial, Simulation):
        session.result = None
        session.simulation = partial
        if session.view == "observed":
            session.view = "response"
    elif isinstance(partial, Partial) and session.simulation is not None:
        session.simulation.receive(partial)
        session.events.simulation.emit(session.simulation)
    elif isinstance(partial, ad.AnnData):
        session.result = partial


def _summary(session: Session) -> str:
    """How many cells were regenerated, and whether that is all of them."""
    if session.simulation is None:
        return "Done."
    done, wanted = int(session.simulation.known.sum()), len(session.simulation.rows)
    rest = "" if done == wanted else f"; stopped before the other {wanted - done:,}"
    return f"{done - session.simulation.n_roi:,} cells regenerated around the region{rest}."
