"""A full disk while something is kept: a sentence with the way out, the file of before as it was, and nothing half-written."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from plugin.experiment import run

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.work.autosave import Autosave
from ripple_core.errors import DataError

ROOM_BYTES = 60
WRITERS: dict[str, Callable[[Session, Path], object]] = {
    "session.ripple": actions.save_session,
    "result.h5ad": actions.save_result,
    "genes.csv": actions.save_table,
    "cells.csv": actions.save_cells,
    "regions.csv": actions.save_region_table,
    "regions.geojson": actions.save_rois,
    "methods.md": actions.save_methods,
    "recipe.json": actions.save_recipe,
}


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow beyond a few bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def done(ready: Session) -> Session:
    """A session with a result."""
    run(ready)
    return ready


@pytest.mark.skipif(sys.platform == "win32", reason="files cannot be limited there")
@pytest.mark.parametrize("name", WRITERS)
def test_what_does_not_fit_is_said_and_the_old_file_stays(done: Session, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("what was there")
    with full_disk(), pytest.raises(DataError, match="Free some space"):
        WRITERS[name](done, path)
    assert path.read_text() == "what was there"
    assert [one.name for one in tmp_path.iterdir()] == [name]
    WRITERS[name](done, path)
    assert path.stat().st_size > ROOM_BYTES


@pytest.mark.skipif(sys.platform == "win32", reason="files cannot be limited there")
def test_a_session_that_cannot_be_kept_automatically_is_told_and_kept_later(
    done: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIPPLE_HOME", str(tmp_path))
    autosave = Autosave(done)
    try:
        for _ in range(2):
            actions.color_by(done, done.section.genes[0])
            actions.color_by(done, done.section.genes[1])
            with full_disk():
                autosave.keep()
                autosave._thread.join()
        actions.color_by(done, done.section.genes[0])
        autosave.keep()
        autosave._thread.join()
        assert "cannot be kept automatically" in done.message
        assert "Free some space" in done.message
        assert list((tmp_path / "data" / "running").glob("*/session.json"))
    finally:
        autosave.close()
