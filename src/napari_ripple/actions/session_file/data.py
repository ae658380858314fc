"""The parts of a session file that name or hold data: the section, the model, and the result."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import anndata as ad
from pydantic import Field

from napari_ripple.actions.session_file.store import Store
from napari_ripple.actions.simulate.run import hashed, use_model
from napari_ripple.actions.tissue.section import Opened, show_section
from napari_ripple.actions.tissue.section import read_section as read_file
from napari_ripple.session import Session
from napari_ripple.state.simulation import Simulation
from ripple_core.errors import DataError, RippleError, sentence
from ripple_core.files import sha256_of
from ripple_core.io import describe, h5ad
from ripple_core.io.read import content as content_of
from ripple_core.models import catalog
from ripple_core.models.contract import Model
from ripple_core.section import Section
from ripple_core.settings import Settings


class Moved(DataError):
    """The section of a session is not where it was, or is another one; ``path`` is where it was."""

    def __init__(self, words: str, path: Path) -> None:
        super().__init__(words)
        self.path = path


class FileContent(Settings):
    """A file or folder outside the session's own."""

    path: str = Field("", description="Where it is; empty for what is inside the session file.")
    beside: str = Field("", description="The same, seen from the session file.")
    sha256: str = Field("", description="Hash of what is in it.")
    stamp: list[int] = Field(default_factory=list, description="Its size and time of change: the same need no hashing.")


class SectionContent(FileContent):
    """Which section is looked at."""

    name: str = Field(description="Which section of the file.")
    layer: str | None = Field(None, description="The layer that holds the raw counts; None means X.")
    members: list[str] = Field(default_factory=list, description="Sections that were in memory, as files inside.")


class ModelContent(FileContent):
    """Which model regenerates."""

    member: str = Field("", description="A model that was in memory, as a folder inside.")
    device: str = Field("auto", description="Where it computed.")


class ResultContent(Settings):
    """The result, and whether it was made from what is chosen."""

    member: str = Field(description="The result's file inside.")
    is_current: bool = Field(description="Whether it was made from the choices of the session.")


@dataclass(frozen=True)
class SectionTaken:
    """The section of a session."""

    path: Path | None
    layer: str | None
    name: str
    sections: tuple[Section, ...]


def take_section(session: Session) -> SectionTaken | None:
    """Which section is open."""
    if session.section is None:
        return None
    return SectionTaken(session.section_path, session.section_layer, session.section.name, session.sections)


def write_section(taken: SectionTaken, store: Store) -> dict[str, Any]:
    """Its file's path and hash; a section that is only in memory is kept whole."""
    if taken.path is not None:
        return SectionContent(**_outside(taken.path, store), name=taken.name, layer=taken.layer).model_dump()
    members = [store.keep("section.h5ad", one, partial(_write_section, one)) for one in taken.sections]
    return SectionContent(name=taken.name, members=members).model_dump()


def read_section(content: Any, store: Store) -> tuple[SectionContent, Opened]:
    """The section, read from where it is now; Moved when it has to be asked for."""
    found = SectionContent(**content)
    if found.members:
        wholes = [store.anndata(name) for name in found.members]
        return found, Opened(None, tuple(map(Section.from_anndata, wholes)), describe.describe(wholes[0]))
    path = store.moved or _inside_out(found, store)
    if path is None:
        where = Path(found.path)
        words = sentence(
            f"{where.name} of the session", f"nothing, or another content, at {where}", "Say where it is now"
        )
        raise Moved(words, where)
    return found, read_file(path, found.layer)


def give_section(session: Session, value: tuple[SectionContent, Opened]) -> None:
    """Show it."""
    content, opened = value
    names = [section.name for section in opened.sections]
    show_section(session, opened, content.name if content.name in names else None, content.layer)


def take_model(session: Session) -> tuple[Model, Path | None] | None:
    """The model in use and its folder."""
    return None if session.model is None else (session.model, session.model_path)


def write_model(taken: tuple[Model, Path | None], store: Store) -> dict[str, Any]:
    """Its folder's path and hash; a model that is only in memory is kept whole."""
    model, path = taken
    if path is not None:
        return ModelContent(**_outside(path, store), device=model.device).model_dump()
    return ModelContent(member=store.keep("model", model, model.save), device=model.device).model_dump()


def read_model(content: Any, store: Store) -> tuple[Model, Path | None] | None:
    """The model, loaded; None, and a note, where that cannot be done: everything else is restored."""
    found = ModelContent(**content)
    path = store.path(found.member) if found.member else _inside_out(found, store)
    if path is None:
        store.notes.append(f"The model is no longer at {found.path}, or is another one: choose it again.")
        return None
    try:
        model = hashed(catalog.load(path, "auto" if found.member else found.device), path)
    except RippleError as error:
        store.notes.append(f"The model was not loaded. {error}")
        return None
    return model, None if found.member else path


def give_model(session: Session, value: tuple[Model, Path | None] | None) -> None:
    """Use it."""
    if value is not None:
        use_model(session, *value)
    else:
        session.model, session.model_path, session.check = None, None, None


def take_result(session: Session) -> tuple[ad.AnnData, bool] | None:
    """The finished result; what a job under way has made so far is left out."""
    if session.result is None or session.job.is_busy:
        return None
    return session.result, session.result_is_current


def write_result(taken: tuple[ad.AnnData, bool], store: Store) -> dict[str, Any]:
    """The result as .h5ad inside."""
    result, is_current = taken
    return ResultContent(member=store.keep_anndata("result", result), is_current=is_current).model_dump()


def read_result(content: Any, store: Store) -> tuple[ad.AnnData, bool]:
    """The result, read."""
    found = ResultContent(**content)
    return store.anndata(found.member), found.is_current


def give_result(session: Session, value: tuple[ad.AnnData, bool]) -> None:
    """Show it on its section; it stays current if it was and all that it was made from is there."""
    result, was_current = value
    if session.section is None:
        return
    session.simulation = Simulation.from_result(result, session.section)
    session.result_inputs = session.inputs() if was_current and session.model is not None else None
    session.result = result


def _write_section(section: Section, path: Path) -> None:
    h5ad.write(section.to_anndata(), path)


def _outside(path: Path, store: Store) -> dict[str, Any]:
    """Where a file or folder is and what is in it."""
    stamp = _stamp(path)
    try:
        beside = Path(os.path.relpath(path.absolute(), store.home)).as_posix()
    except ValueError:  # on another drive
        beside = ""
    return {"path": str(path.absolute()), "beside": beside, "sha256": _hash(path, tuple(stamp)), "stamp": stamp}


def _inside_out(content: FileContent, store: Store) -> Path | None:
    """Where the unchanged file or folder is now: where it was, or as it lies beside the session file; else None."""
    places = [Path(content.path), *([store.home / content.beside] if content.beside else [])]
    places.append(store.home / Path(content.path).name)
    for place in places:
        if place.exists():
            stamp = _stamp(place)
            if stamp == content.stamp or _hash(place, tuple(stamp)) == content.sha256:
                return place
    return None


def _stamp(path: Path) -> list[int]:
    """Size and last change of a file, or of all files of a folder; empty where there is nothing."""
    states = [file.stat() for file in content_of(path) if file.is_file()]
    return [sum(state.st_size for state in states), max((state.st_mtime_ns for state in states), default=0)]


@lru_cache(maxsize=32)
def _hash(path: Path, stamp: tuple[int, ...]) -> str:
    """Hash of a file or folder as it was at a time; empty where there is nothing any more."""
    return sha256_of(content_of(path)) if path.exists() else ""
