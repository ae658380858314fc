"""Several experiments in one go: a dose series of the edits, and a screen of one gene at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from napari_ripple.actions.regions.drawing import with_region
from napari_ripple.actions.task import Task, Work, run_here
from napari_ripple.session import Command, Session
from napari_ripple.state.scenario import Dosed, Screened, words_of
from ripple_core.errors import DataError, sentence
from ripple_core.files import write_simulated
from ripple_core.perturb.many import doses, screen
from ripple_core.perturb.many.screen import ScreenKind
from ripple_core.progress import Progress, finished

DOSES_TITLE, SCREEN_TITLE = "Dose series", "Screen"


def dose_series(session: Session, wanted: Iterable[float] = doses.DOSES) -> doses.DoseSeries:
    """Run the edits at several doses around the active region; a dose multiplies the strength that each edit has."""
    finished(run_here(dose_series_task(session, wanted)))
    return _made(session.doses, "a dose series").found


def dose_series_task(session: Session, wanted: Iterable[float] = doses.DOSES) -> Task:
    """The same as work for another thread; finished doses are kept when it is stopped."""
    _refuse(session.missing_for_regeneration())
    chosen = doses.checked(wanted)
    section, model, roi, edits, settings = session.section, session.model, session.roi, session.edits, session.settings
    session.record("dose_series", doses=chosen)

    def begin() -> doses.DoseRun:
        return doses.DoseRun(section, model, roi, edits, chosen, settings)  # type: ignore[arg-type]  # checked above

    def receive(found: doses.DoseSeries | None) -> None:
        if found is not None and roi is not None:
            session.doses = Dosed(found, roi, " + ".join(map(words_of, edits)), len(chosen))

    return _task(session, DOSES_TITLE, begin, receive)


def screen_genes(
    session: Session,
    genes: Iterable[str],
    kinds: Sequence[ScreenKind] = ("knockout",),
    *,
    strength: float = 1.0,
    percentile: float = 99.0,
    placebos: int = 0,
) -> screen.Screen:
    """Edit one gene at a time in the active region, and rank the genes by what that does to the surroundings."""
    task = screen_task(session, genes, kinds, strength=strength, percentile=percentile, placebos=placebos)
    finished(run_here(task))
    return _made(session.screen, "a screen").found


def screen_task(
    session: Session,
    genes: Iterable[str],
    kinds: Sequence[ScreenKind] = ("knockout",),
    *,
    strength: float = 1.0,
    percentile: float = 99.0,
    placebos: int = 0,
) -> Task:
    """The same as work for another thread; finished edits are kept when it is stopped."""
    _refuse(session.missing("a section", "a model", "a region"))
    wanted = list(genes)
    edits = screen.edits_of(wanted, kinds, percentile, strength)
    section, model, roi = session.section, session.model, session.roi
    settings = session.settings.model_copy(update={"null": placebos, "null_kind": "genes"})
    usual = {"strength": 1.0, "percentile": 99.0, "placebos": 0}
    given = {"strength": strength, "percentile": percentile, "placebos": placebos}
    changed: dict[str, Any] = {name: value for name, value in given.items() if value != usual[name]}
    session.record("screen", genes=wanted, kinds=list(kinds), **changed)

    def begin() -> screen.ScreenRun:
        return screen.ScreenRun(section, model, roi, edits, settings)  # type: ignore[arg-type]  # checked above

    def receive(found: screen.Screen | None) -> None:
        if found is not None and len(found.table) and roi is not None:
            session.screen = Screened(found, roi)

    return _task(session, SCREEN_TITLE, begin, receive)


def take_from_screen(session: Session, name: str) -> None:
    """Make one edit of the screen, and its region, the choices, as one step to undo; Regenerate makes it a scenario."""
    made = _made(session.screen, "a screen")
    if name not in made.found.edits:
        raise DataError(sentence("an edit of the screen", repr(name), "Choose one of its table"))
    rois, active = with_region(session, made.roi)
    command = Command("take_from_screen", {"name": name})
    session.choose(command, rois=rois, active_roi=active, edits=(made.found.edits[name],))


def save_doses(session: Session, path: str | Path) -> None:
    """Write every gene's response at every dose as CSV."""
    write_simulated(path, _made(session.doses, "a dose series").found.long())
    session.record("save_doses", path=str(path))


def save_screen(session: Session, path: str | Path) -> None:
    """Write the ranked table of the screen as CSV."""
    write_simulated(path, _made(session.screen, "a screen").found.table)
    session.record("save_screen", path=str(path))


def _task(session: Session, title: str, begin: Callable[[], Any], show: Callable[[Any], None]) -> Task:
    """A run of many edits as a task: each time that some are finished, what there is so far is shown."""
    section, model = session.section, session.model

    def work(stop: Callable[[], bool]) -> Work:
        yield Progress(0, 0, "Reading the cells")
        run = begin()
        done = 0
        for step in run.steps():
            finished = len(run.run.outcomes)
            yield Progress(step.done, step.total, step.message, run.result() if finished > done else None)
            done = finished
            if stop():
                break
        return run.result()

    def is_stale() -> bool:
        return session.section is not section or session.model is not model

    def receive(step: Progress) -> None:
        if step.partial is not None and not is_stale():
            show(step.partial)

    def finish(found: Any) -> None:
        if not is_stale():
            show(found)

    return Task(title, work, finish, receive, is_stale)


def _refuse(missing: str) -> None:
    if missing:
        raise DataError(missing)


def _made(value: Any, what: str) -> Any:
    if value is None:
        raise DataError(sentence(what, "none", "Run it first"))
    return value
