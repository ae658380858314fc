"""Try the model on hidden cells of the section at hand, beside plain rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from napari_ripple.actions.task import Task, Work, run_here
from napari_ripple.session import Check, Session
from ripple_core.errors import DataError, sentence
from ripple_core.progress import Progress, finished

if TYPE_CHECKING:
    from ripple_core.benchmark.badge import Badge


def badge(session: Session) -> Badge:
    """Whether the model beats plain rules on hidden cells of this section; what is known already is not computed again."""
    if session.check is None or session.check.badge is None:
        task = badge_task(session)
        session.record("badge")
        finished(run_here(task))
    if session.check is None or session.check.badge is None:
        raise DataError(sentence("a badge", "none: the section or the model has changed", "Ask again"))
    return session.check.badge


def badge_task(session: Session) -> Task:
    """The same as work for another thread, a step a hidden disc; its outcome is shown only if section and model are still the same."""
    section, model = session.section, session.model
    if section is None or model is None:
        raise DataError(sentence("an open section and a model", "one of them missing", "Open both first"))

    def work(stop: Callable[[], bool]) -> Work:
        from ripple_core.benchmark.badge import badge_iter

        steps, discs = badge_iter(section, model), -1
        while not stop():
            try:
                step = next(steps)
            except StopIteration as end:
                return end.value
            if step.done != discs:
                discs = step.done
                yield step
        return None

    def is_stale() -> bool:
        return session.section is not section or session.model is not model

    def receive(step: Progress) -> None:
        if not is_stale():
            session.check = Check(step)

    def finish(found: Badge | None) -> None:
        if found is not None and not is_stale():
            session.check = Check(badge=found)

    return Task("Checking the model on hidden cells", work, finish, receive, is_stale)
