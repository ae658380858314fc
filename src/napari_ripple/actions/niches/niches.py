"""Find niches in the open section, give its cells the labels of another one, name them, and keep the table of cells."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import anndata as ad

from napari_ripple.actions.simulate.run import hashed
from napari_ripple.actions.task import Task, Work, run_here, until
from napari_ripple.actions.tissue.coloring import color_by
from napari_ripple.actions.tissue.section import shown_section
from napari_ripple.session import Command, Session
from ripple_core.errors import DataError, RippleError, among, sentence
from ripple_core.files import replacing
from ripple_core.io import h5ad
from ripple_core.io.read import read
from ripple_core.models.catalog import RECORDS
from ripple_core.models.contract import Model
from ripple_core.niche.settings import AnnotateSettings, NicheSettings
from ripple_core.progress import Progress, finished
from ripple_core.section import Section

NICHE, LABEL, CONFIDENCE = "ripple_niche", "ripple_label", "ripple_label_confidence"


def missing_for_niches(session: Session) -> str:
    """What has to be chosen before niches can be found, in one sentence; empty when nothing is missing."""
    missing = session.missing("a section", "a model")
    if missing:
        return missing
    name = session.model.name if session.model is not None else ""
    if name in RECORDS and "embed" not in RECORDS[name].abilities:
        able = " or ".join(record.title for record in RECORDS.values() if "embed" in record.abilities)
        return f"{RECORDS[name].title} cannot tell places apart. Choose a {able} model, or train one."
    return ""


def find_niches(session: Session, clusters: int | None = None, **settings: Any) -> Generator[Progress, None, None]:
    """Group the cells by their surroundings, step by step: a new column ``ripple_niche``, which is shown."""
    return run_here(niches_task(session, clusters=clusters, **settings))


def niches_task(session: Session, **settings: Any) -> Task:
    """The same as work for another thread; DataError at once when something has still to be chosen."""
    section, model = _ready(session)
    chosen, path = NicheSettings(**settings), session.model_path

    def work(stop: Callable[[], bool]) -> Work:
        from ripple_core.niche.niches import niches_iter

        yield Progress(0, 0, "Reading the cells")
        if path is not None:
            hashed(model, path)
        return (yield from until(niches_iter(section, model, section_key=None, **dict(chosen)), stop))

    def finish(found: ad.AnnData | None) -> None:
        if found is None or session.section is not section:
            return
        session.record("find_niches", **chosen.model_dump(exclude_defaults=True))
        record = _take(session, found, NICHE)
        session.message = f"{record['clusters']} niches, their number chosen by {record['clusters_chosen_by']}."

    return Task("Finding niches", work, finish)


def annotate(
    session: Session, files: Sequence[str | Path], label: str | None = None, **settings: Any
) -> Generator[Progress, None, None]:
    """Give the cells the labels of annotated section files, step by step: new columns ``ripple_label`` and its confidence."""
    return run_here(annotate_task(session, files, label, **settings))


def annotate_task(session: Session, files: Sequence[str | Path], label: str | None = None, **settings: Any) -> Task:
    """The same as work for another thread; ``label`` None takes the usual column."""
    section, model = _ready(session)
    chosen, path, paths = AnnotateSettings(**settings), session.model_path, [str(file) for file in files]

    def work(stop: Callable[[], bool]) -> Work:
        from ripple_core.niche.annotate import annotate_iter

        yield Progress(0, 0, "Reading the labelled sections")
        teachers = [read(one) for one in paths]
        if path is not None:
            hashed(model, path)
        return (yield from until(annotate_iter(section, model, teachers, label, **dict(chosen)), stop))

    def finish(found: ad.AnnData | None) -> None:
        if found is None or session.section is not section:
            return
        given = {} if label is None else {"label": label}
        session.record("annotate", files=paths, **given, **chosen.model_dump(exclude_defaults=True))
        session.message = _take(session, found, LABEL, CONFIDENCE)["verdict"]

    return Task("Giving labels", work, finish)


def rename_niche(session: Session, name: str, new_name: str, key: str = NICHE) -> None:
    """Give a niche (or a label of the column ``key``) another name; it keeps its colour."""
    section, new_name = session.section, new_name.strip()
    if new_name == name:
        return
    if section is None or key not in section.obs:
        raise DataError(sentence(f"a column {key} of the open section", "none", "Find niches first"))
    if session.job.is_busy:
        raise RippleError(f"{session.job.title} is under way. Rename when it is done.")
    column = section.obs[key].astype("category")
    names = [str(one) for one in column.cat.categories]
    if name not in names:
        raise DataError(among("the name of a niche", repr(name), names))
    if not new_name or new_name in names:
        raise DataError(sentence("a new name", repr(new_name), "Choose a name that no other niche has"))
    place = (section.name, key)
    own = {shown: label for label, shown in session.names.get(place, {}).items()}
    given = {**session.names.get(place, {}), own.get(name, name): new_name}
    colors = {new_name if label == name else label: color for label, color in session.label_colors.items()}
    command = Command("rename_niche", {"name": name, "new_name": new_name, **({} if key == NICHE else {"key": key})})
    colored = {"label_colors": colors} if session.color_by.key == key else {}
    session.choose(command, names={**session.names, place: given}, **colored)


def save_section(session: Session, path: str | Path) -> None:
    """Write the open section with all its columns: counts too as .h5ad, the table of cells with x and y as .csv."""
    finished(run_here(save_section_task(session, path)))


def save_section_task(session: Session, path: str | Path) -> Task:
    """The same as work for another thread."""
    section, target = shown_section(session), Path(path)
    if target.suffix not in (".h5ad", ".csv"):
        raise DataError(sentence("a file name ending in .h5ad or .csv", target.name, "Choose another name"))
    records = {column: record for (name, column), record in session.columns.items() if name == section.name}

    def work(stop: Callable[[], bool]) -> Work:
        yield Progress(0, 0, f"Writing {target.name}")
        _write(section, records, target)

    def finish(_: None) -> None:
        session.record("save_section", path=str(path))
        session.message = f"Written: {target}"

    return Task(f"Writing {target.name}", work, finish)


def _ready(session: Session) -> tuple[Section, Model]:
    missing = missing_for_niches(session)
    if missing or session.section is None or session.model is None:
        raise DataError(missing)
    return session.section, session.model


def _take(session: Session, found: ad.AnnData, key: str, *more: str) -> dict[str, Any]:
    """Put columns of a result into the session and show the first; gives how they were made."""
    record: dict[str, Any] = json.loads(found.uns["ripple"])
    name = found.uns["name"]
    own = {(name, column) for column in (key, *more)}
    session.rewrite(lambda one: replace(one, names={at: names for at, names in one.names.items() if at not in own}))
    session.add_columns(found.obs[[key, *more]], {(name, column): record for column in (key, *more)})
    with_script = len(session.commands)
    color_by(session, key, kind="label")
    del session.commands[with_script:]
    return record


def _write(section: Section, records: dict[str, Any], target: Path) -> None:
    if target.suffix == ".csv":
        table = section.obs.copy()
        table.insert(0, "x_um", section.xy_um[:, 0])
        table.insert(1, "y_um", section.xy_um[:, 1])
        table.index.name = "cell"
        with replacing(target) as temporary:
            table.to_csv(temporary)
        return
    adata = section.to_anndata()
    adata.uns["ripple_columns"] = json.dumps(records)
    h5ad.write(adata, target)
