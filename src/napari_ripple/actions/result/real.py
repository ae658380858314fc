"""Hold what is simulated against a real perturbed section that is read beside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from napari_ripple.actions.task import Task, Work, run_here
from napari_ripple.session import Session
from napari_ripple.state.scenario import Against
from ripple_core.errors import DataError, sentence
from ripple_core.files import write_simulated
from ripple_core.progress import Progress, finished
from ripple_core.section import Section, section_named

REAL_TITLE = "Scoring against a real section"


def score_against(
    session: Session, path: str | Path, *, region: str | Path | None = None, section: str | None = None
) -> Against:
    """Score the result that is shown against a real perturbed section; ``region`` is its region, as GeoJSON."""
    finished(run_here(score_task(session, path, region=region, section=section)))
    if session.real is None:
        raise DataError(sentence("a score", "none: the result has changed", "Ask again"))
    return session.real


def score_task(
    session: Session, path: str | Path, *, region: str | Path | None = None, section: str | None = None
) -> Task:
    """The same as work for another thread."""
    result, model = session.result, session.model
    if result is None or model is None:
        raise DataError(sentence("a result and the model that made it", "one of them missing", "Regenerate first"))
    zone_um, seed = session.settings.zone_um, session.settings.seed
    name = next((one.name for one in session.scenarios if one.result is result), "the result")
    given = {"region": None if region is None else str(region), "section": section}
    session.record("score_against", path=str(path), **{key: value for key, value in given.items() if value is not None})

    def work(stop: Callable[[], bool]) -> Work:
        from ripple_core.benchmark import real_section
        from ripple_core.io.read import read
        from ripple_core.perturb import zone
        from ripple_core.roi import Roi

        yield Progress(0, 3, f"Reading {Path(path).name}")
        whole = Section.from_anndata(read(path), name=Path(path).stem)
        roi = None if region is None else Roi.from_geojson(region)
        real = _named(whole, section) if roi is None else zone.section_of(whole, roi, section)
        yield Progress(1, 3, f"{len(real):,} real cells")
        if stop():
            return None
        found = real_section.score(result, real, model.space, region=roi, zone_um=zone_um, seed=seed)
        yield Progress(3, 3, "Scored")
        return Against(found, name, Path(path))

    def finish(found: Against | None) -> None:
        if found is not None:
            session.real = found

    return Task(REAL_TITLE, work, finish, is_stale=lambda: session.model is not model)


def _named(whole: Section, name: str | None) -> Section:
    """One section of a file by its name; without one all of them."""
    return whole if name is None else section_named(whole.split(), name)


def save_score(session: Session, path: str | Path) -> None:
    """Write every gene, simulated beside measured, as CSV."""
    if session.real is None:
        raise DataError(sentence("a score", "none", "Score against a real section first"))
    write_simulated(path, session.real.found.genes)
    session.record("save_score", path=str(path))
