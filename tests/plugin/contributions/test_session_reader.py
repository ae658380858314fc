"""A session file that is dropped on a viewer restores it, and adds no layer of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from plugin.event_loop import call_in_loop, run_until
from plugin.experiment import SQUARE

from napari_ripple import actions
from napari_ripple.contributions import session_reader
from napari_ripple.session import Session
from napari_ripple.viewer_link import session_for
from ripple_core.errors import DataError


@pytest.fixture
def study(session: Session, tmp_path: Path) -> Path:
    """A session file with one region."""
    actions.draw_roi(session, SQUARE, "kept")
    actions.save_session(session, tmp_path / "study.ripple")
    return tmp_path / "study.ripple"


def test_only_session_files_are_read() -> None:
    assert session_reader.get_reader("a.ripple") is session_reader.open_kept
    assert session_reader.get_reader("a.h5ad") is None
    assert session_reader.get_reader(["a.ripple", "b.ripple"]) is None


def test_a_script_gets_the_session_at_once(viewer: Any, study: Path) -> None:
    viewer.open(study, plugin="napari-ripple")
    assert list(session_for(viewer).rois) == ["kept"]
    assert len(viewer.layers) == 2


def test_a_window_in_use_reads_it_meanwhile_and_looks_as_before(viewer: Any, study: Path) -> None:
    session = session_for(viewer)
    actions.open_session(session, study)
    viewer.scene.camera.center, viewer.scene.camera.zoom = (70.0, 90.0), 3.0
    actions.save_session(session, study)
    viewer.scene.camera.zoom = 1.0
    call_in_loop(lambda: viewer.open(study, plugin="napari-ripple"), lambda layers: not session.job.is_busy)
    run_until(lambda: session.file == study and not session.job.is_busy, 10)
    assert viewer.scene.camera.zoom == 3.0
    assert tuple(viewer.scene.camera.center[-2:]) == (70.0, 90.0)
    assert len(viewer.layers) == 2


def test_without_a_viewer_it_says_so(study: Path) -> None:
    with pytest.raises(DataError, match="a viewer"):
        session_reader.open_kept(str(study))
