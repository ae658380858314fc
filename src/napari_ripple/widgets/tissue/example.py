"""The example, opened away from the screen: tissue, region, edit and model, ready to regenerate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from napari_ripple import actions
from napari_ripple.actions.task import Task, Work
from napari_ripple.session import Session
from napari_ripple.user.example_files import CHECKPOINT, REGION, SECTION, TABLE, sample_folder
from napari_ripple.work import jobs
from ripple_core.progress import Progress

TITLE = "Opening the example"


def open_example(session: Session, folder: Path | None = None) -> None:
    """Open the example (or a folder with the same files) on another thread."""
    jobs.start(session, example_task(session, folder))


def example_task(session: Session, folder: Path | None = None) -> Task:
    """The same as a task; regions that are there already stay."""

    def work(stop: Callable[[], bool]) -> Work:
        yield Progress(0, 3, TITLE)
        place = folder or sample_folder()
        tissue = actions.open_section_task(session, place / SECTION)
        model = actions.model_task(session, place / CHECKPOINT)
        opened = yield from tissue.work(stop)
        yield Progress(1, 3, "Loading the model")
        loaded = yield from model.work(stop)
        return None if stop() else (place, (tissue, opened), (model, loaded))

    def finish(found: Any) -> None:
        if found is None:
            return
        place, (tissue, opened), (model, loaded) = found
        tissue.finish(opened)
        if not session.rois:
            actions.load_rois(session, place / REGION)
        actions.load_edit(session, place / TABLE)
        model.finish(loaded)

    return Task(TITLE, work, finish)
