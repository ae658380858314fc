"""Open a section away from the screen: its cells are seen first, its counts follow while the user looks around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from napari_ripple.actions.task import Task, Work
from napari_ripple.actions.tissue.section import Opened, first_colour, first_look, show_section
from napari_ripple.session import Session
from ripple_core.errors import RippleError
from ripple_core.io.early import EarlySection
from ripple_core.progress import Progress

CANCELLED = "Reading was cancelled, so the section has been closed."


def open_section_task(session: Session, path: str | Path, section: str | None = None, layer: str | None = None) -> Task:
    """Open a section file and show its first section, or the one named: work for another thread."""
    shown: list[Opened] = []

    def work(stop: Callable[[], bool]) -> Work:
        yield Progress(0, 0, f"Looking into {Path(path).name}")
        opened = first_look(path, layer)
        first = next((one for one in opened.sections if one.name == section), opened.sections[0])
        if stop():
            return None
        if not isinstance(first, EarlySection):
            return opened
        yield Progress(0, 0, "The cells are there, their counts follow", opened)
        return (yield from _completed(first, opened, stop))

    def receive(step: Progress) -> None:
        if isinstance(step.partial, Opened):
            shown.append(step.partial)
            show_section(session, step.partial, section, layer)
        elif shown:
            _note_counts(session, shown[0])

    def finish(outcome: Opened | RippleError | None) -> None:
        if shown:
            _finish(session, shown[0], outcome)
        elif isinstance(outcome, Opened):
            show_section(session, outcome, section, layer)

    def failed(error: Exception) -> None:
        if shown:
            _finish(session, shown[0], None)

    return Task(f"Reading {Path(path).name}", work, finish, receive, failed=failed)


def counts_task(session: Session, section: EarlySection) -> Task:
    """Read the counts of a section that is shown already: work for another thread."""
    opened = Opened(session.section_path, session.sections, session.report)  # type: ignore[arg-type]  # it is shown

    def work(stop: Callable[[], bool]) -> Work:
        return (yield from _completed(section, opened, stop))

    def receive(step: Progress) -> None:
        _note_counts(session, opened)

    def finish(outcome: Opened | RippleError | None) -> None:
        _finish(session, opened, outcome)

    return Task("Reading the counts", work, finish, receive, failed=lambda error: finish(None))


def _completed(section: EarlySection, opened: Opened, stop: Callable[[], bool]) -> Work:
    """Read the counts; gives what was opened, None where it was stopped, or the error that says why there are none."""
    try:
        for step in section.complete():
            yield step
            if stop():
                return None
    except RippleError as error:
        return error
    return opened


def _finish(session: Session, opened: Opened, outcome: Opened | RippleError | None) -> None:
    """Say that the counts are there, or close a section that will not get any."""
    if not any(session.section is one for one in opened.sections):
        return
    _note_counts(session, opened)
    if outcome is opened or session.is_complete:
        return
    close_section(session)
    if isinstance(outcome, RippleError):
        raise outcome
    session.message = CANCELLED


def _note_counts(session: Session, opened: Opened) -> None:
    """Let the session know as soon as the counts of what it shows are there."""
    section = session.section
    if section is None or session.is_complete or not section.is_complete:
        return
    if any(section is one for one in opened.sections):
        session.is_complete = True
        if not session.color_by.key:
            session.color_by = replace(session.color_by, **first_colour(section))


def close_section(session: Session) -> None:
    """Let go of the section; regions, edits and model stay."""
    session.simulation = session.result = session.result_inputs = session.check = session.second = None
    session.view, session.hidden = "observed", frozenset()
    session.section_path = session.report = None
    session.sections, session.rankings, session.images = (), (), ()
    last = max((i for i, command in enumerate(session.commands) if command.name == "open"), default=None)
    if last is not None:
        del session.commands[last]
    session.is_complete = True
    session.section = None
