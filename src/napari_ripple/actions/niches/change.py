"""Compare the niches of the regenerated cells without the edit and with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from napari_ripple.actions.result.results import result_of
from napari_ripple.actions.task import Task, Work, run_here, until
from napari_ripple.session import Session
from ripple_core.progress import Progress, finished

MAX_NICHES = 40
TITLE = "Comparing niches"


def compare_niches(session: Session, key: str | None = None, clusters: int | None = None) -> pd.DataFrame:
    """Give the regenerated cells their niches before and after; the table of shares.

    ``key`` is a column of niches that the section has; None finds ``clusters`` niches here (None: as many as fit best).
    """
    from ripple_core.niche.change import shares

    finished(run_here(compare_niches_task(session, key, clusters)))
    return shares(session.result)


def compare_niches_task(session: Session, key: str | None = None, clusters: int | None = None) -> Task:
    """The same as work for another thread; DataError at once without a result."""
    result = result_of(session)

    def work(stop: Callable[[], bool]) -> Work:
        from ripple_core.niche.change import AFTER, BEFORE, niche_change_iter

        yield Progress(0, 0, "Comparing niches")
        copy = result.copy()  # the window goes on reading the result meanwhile
        facts = yield from until(niche_change_iter(copy, key, clusters=clusters), stop)
        return None if facts is None else (facts, copy.obs[[BEFORE, AFTER]], copy.uns["ripple"])

    def finish(found: tuple[dict[str, Any], pd.DataFrame, str] | None) -> None:
        if found is None or session.result is not result:
            return
        facts, columns, record = found
        for name in columns:
            result.obs[name] = columns[name]
        result.uns["ripple"] = record
        session.record("compare_niches", key=key, clusters=clusters)
        session.message = (
            f"{facts['moved']:.1%} of the regenerated cells stand in another niche with the edit (simulated)."
        )
        session.events.result.emit(result)

    return Task(TITLE, work, finish, is_stale=lambda: session.result is not result)


def niche_columns(session: Session) -> list[str]:
    """Columns of the section that may hold niches: those that are called so first, then all other labels."""
    if session.section is None:
        return []
    obs = session.section.obs
    labels = [
        str(name)
        for name in obs.columns
        if (isinstance(obs[name].dtype, pd.CategoricalDtype) or obs[name].dtype == object)
        and 1 < obs[name].nunique() <= MAX_NICHES
    ]
    words = ("niche", "region", "domain", "layer", "area")
    return sorted(labels, key=lambda name: not any(word in name.casefold() for word in words))
