"""Save a session to one file and open it again: quick on the main thread, the slow rest where the task runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from napari_ripple.actions.session_file.data import Moved
from napari_ripple.actions.session_file.parts import PARTS, Part
from napari_ripple.actions.session_file.store import SUFFIX, WAY_OUT, WHAT, Store, reading, writing
from napari_ripple.actions.task import Task, Work, run_here
from napari_ripple.session import Lost, Session
from ripple_core.errors import DataError, sentence
from ripple_core.progress import Progress, finished

__all__ = ["Moved", "open_session", "open_session_task", "save_session", "save_session_task", "taken", "write_parts"]


def save_session(session: Session, path: str | Path) -> None:
    """Write everything that the session holds as one file, ``NAME.ripple``."""
    finished(run_here(save_session_task(session, path)))


def open_session(session: Session, path: str | Path, section: str | Path | None = None) -> None:
    """Restore what a session file holds; ``section`` says where its section file is, if that has been moved.

    Raises
    ------
    Moved
        When the section is not where it was, or has another content.
    DataError
        For anything that is not a session file, or is damaged.
    """
    finished(run_here(open_session_task(session, path, section)))


def save_session_task(session: Session, path: str | Path) -> Task:
    """The same as work for another thread, with what the session holds now."""
    target = Path(path)
    target = target if target.suffix == SUFFIX else target.with_name(target.name + SUFFIX)
    session.record("save_session", path=str(target))
    parts = taken(session)

    def work(stop: Callable[[], bool]) -> Work:
        yield Progress(0, 0, f"Saving {target.name}")
        with writing(target) as store:
            write_parts(parts, store)
        return target

    def finish(saved: Path) -> None:
        session.file = saved
        session.message = f"The session is saved in {saved.name}."

    return Task(f"Saving {target.name}", work, finish)


def open_session_task(session: Session, path: str | Path, section: str | Path | None = None) -> Task:
    """The same as work for another thread."""
    source, moved = Path(path), None if section is None else Path(section)

    def work(stop: Callable[[], bool]) -> Work:
        with reading(source, moved) as store:
            kept = store.read().parts
            found: dict[str, Any] = {}
            for place, part in enumerate(PARTS):
                yield Progress(place, len(PARTS), f"Opening {source.name}: {part.name}")
                if stop():
                    return None
                if kept.get(part.name) is not None:
                    found[part.name] = _read(part, kept[part.name], store)
            unknown = sorted(set(kept) - {part.name for part in PARTS})
            store.notes += [f"Not restored, unknown here: {name}." for name in unknown]
            return found, store.notes

    def finish(value: tuple[dict[str, Any], list[str]] | None) -> None:
        if value is None:
            return
        found, notes = value
        _give(session, found)
        session.lost = None
        session.file = None if source.is_dir() else source
        session.message = " ".join([f"The session of {source.stem} is open.", *notes])

    def failed(error: Exception) -> None:
        if isinstance(error, Moved):
            session.lost = Lost(source, error.path)

    return Task(f"Opening {source.name}", work, finish, failed=failed)


def taken(session: Session) -> dict[str, Any]:
    """What every part has to keep now; the values do not change afterwards, so that another thread may write them."""
    values = {part.name: part.take(session) for part in PARTS}
    return {name: value for name, value in values.items() if value is not None}


def write_parts(values: dict[str, Any], store: Store) -> None:
    """Write them, on any thread."""
    store.write({part.name: part.write(values[part.name], store) for part in PARTS if part.name in values})


def _read(part: Part, content: Any, store: Store) -> Any:
    """What a part reads from its JSON; DataError where that has another form."""
    try:
        return part.read(content, store)
    except (TypeError, KeyError, AttributeError) as error:
        found = f"one whose part {part.name!r} has another form ({error})"
        raise DataError(sentence(WHAT, found, WAY_OUT)) from None


def _give(session: Session, found: dict[str, Any]) -> None:
    """Put everything back, in the order of the table; what the file has nothing of goes."""
    for part in PARTS:
        if part.name in found:
            part.give(session, found[part.name])
        elif part.can_be_gone:
            part.give(session, None)
