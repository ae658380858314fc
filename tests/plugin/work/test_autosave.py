"""A session is kept while it is worked on: a killed viewer loses little, and one that is taken apart wipes nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from plugin.event_loop import run_until
from plugin.experiment import SQUARE, make_ready, run

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.user import places, preferences
from napari_ripple.viewer_link import link_for, session_for
from napari_ripple.work import kept
from napari_ripple.work.autosave import Autosave

WORKER = """
import sys, time
import napari
from qtpy.QtWidgets import QApplication
from napari_ripple import actions
from napari_ripple.viewer_link import session_for
viewer = napari.Viewer(show=False)
session = session_for(viewer)
actions.open_section(session, sys.argv[1])
actions.open_model(session, sys.argv[2])
actions.draw_roi(session, {square}, "precious")
actions.knock_out(session, ["Gene040"])
for _ in actions.regenerate(session):
    pass
while True:
    QApplication.processEvents()
    time.sleep(0.01)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A user's folders of its own, with a session kept every second."""
    monkeypatch.setenv("RIPPLE_HOME", str(tmp_path / "home"))
    preferences.change(autosave_s=1)
    return tmp_path / "home"


def autosaved(session: Session, change: Callable[[], Any]) -> Autosave:
    """The autosave of a session, after a change has been kept."""
    autosave = Autosave(session)
    change()
    autosave.keep()
    if autosave._thread is not None:
        autosave._thread.join()
    return autosave


def test_a_killed_viewer_leaves_its_session(home: Path, tissue_path: Path, knn_checkpoint: Path, qapp: Any) -> None:
    code = WORKER.format(square=SQUARE)
    worker = subprocess.Popen([sys.executable, "-c", code, str(tissue_path), str(knn_checkpoint)])
    running = places.data_folder() / kept.RUNNING

    def is_kept() -> bool:
        found = list(running.glob("*/session.json"))
        return bool(found) and "result" in json.loads(found[0].read_text())["parts"]

    try:
        run_until(is_kept, 60)
        assert is_kept()
        assert kept.left_by_a_crash() == []
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    (left,) = kept.left_by_a_crash()
    assert left.words == "tissue.h5ad, 1 region, 1 edit, a result"
    session = Session()
    actions.open_session(session, left.folder)
    assert list(session.rois) == ["precious"]
    assert session.edits[0].genes
    assert session.result_is_current
    assert session.file is None
    kept.end(left.folder)
    assert kept.left_by_a_crash() == []
    assert [one.words for one in kept.ended()] == [left.words]


def test_closing_the_viewer_ends_the_session(home: Path, qapp: Any, tissue_path: Path) -> None:
    viewer = ViewerModel()
    session = session_for(viewer)
    actions.open_section(session, tissue_path)
    actions.draw_roi(session, SQUARE)
    autosave = link_for(viewer).autosave
    autosave.keep()
    autosave._thread.join()
    actions.draw_roi(session, np.array(SQUARE) + 9)
    viewer.layers.clear()
    link_for(viewer).close()
    assert list((places.data_folder() / kept.RUNNING).iterdir()) == []
    (one,) = kept.ended()
    assert "2 regions" in one.words


def test_an_empty_viewer_wipes_nothing(home: Path, session: Session) -> None:
    autosave = autosaved(session, lambda: actions.draw_roi(session, SQUARE))
    folder = autosave._store.folder
    before = (folder / "session.json").read_text()
    session.section = None
    autosave.keep()
    assert (folder / "session.json").read_text() == before
    autosave.close()


def test_nothing_of_the_users_own_leaves_nothing(home: Path, session: Session) -> None:
    autosave = autosaved(session, lambda: actions.color_by(session, "Gene040"))
    assert autosave._store is not None
    autosave.close()
    assert kept.ended() == []
    assert list((places.data_folder() / kept.RUNNING).iterdir()) == []


def test_a_result_is_written_once_and_an_old_one_goes(
    home: Path, session: Session, deg_path: Path, knn_checkpoint: Path
) -> None:
    make_ready(session, deg_path, knn_checkpoint)
    autosave = autosaved(session, lambda: run(session))
    folder = autosave._store.folder
    (first,) = folder.glob("result-*.h5ad")
    stamp = first.stat().st_mtime_ns
    autosaved_again(autosave, lambda: actions.color_by(session, "Gene041"))
    assert first.stat().st_mtime_ns == stamp
    autosaved_again(autosave, lambda: run(session))
    (second,) = folder.glob("result-*.h5ad")
    assert second != first
    restored = Session()
    actions.open_session(restored, folder)
    np.testing.assert_array_equal(restored.result.layers["response"], session.result.layers["response"])
    autosave.close()


def autosaved_again(autosave: Autosave, change: Callable[[], Any]) -> None:
    """Keep another change."""
    change()
    autosave.keep()
    autosave._thread.join()


def test_only_the_last_sessions_that_ended_stay(home: Path, session: Session) -> None:
    for number in range(kept.KEPT_ENDED + 2):
        autosaved(session, lambda n=number: actions.draw_roi(session, SQUARE, f"region {n}")).close()
    assert len(kept.ended()) == kept.KEPT_ENDED
    assert kept.ended()[0].words.endswith("7 regions, 0 edits")


def test_a_full_disk_is_told_and_work_goes_on(home: Path, session: Session) -> None:
    (home / "data").mkdir(parents=True)
    (home / "data" / kept.RUNNING).write_text("a file where a folder should be")
    autosave = autosaved(session, lambda: actions.draw_roi(session, SQUARE))
    actions.draw_roi(session, np.array(SQUARE) + 5)
    autosave.keep()
    assert "cannot be kept automatically" in session.message
    assert len(session.rois) == 2
    autosave.close()


def test_the_timer_keeps_without_being_asked(home: Path, qapp: Any, session: Session) -> None:
    autosave = Autosave(session)
    actions.draw_roi(session, SQUARE)
    run_until(lambda: autosave._store is not None, 10)
    assert autosave._store is not None
    autosave.close()


def test_zero_seconds_keep_nothing(home: Path, qapp: Any, session: Session) -> None:
    preferences.change(autosave_s=0)
    autosave = Autosave(session)
    actions.draw_roi(session, SQUARE)
    assert autosave._timer is None
    autosave.close()


def test_another_computers_session_is_left_alone(home: Path, session: Session) -> None:
    autosave = autosaved(session, lambda: actions.draw_roi(session, SQUARE))
    owner = autosave._store.folder / kept.OWNER
    owner.write_text(json.dumps({**json.loads(owner.read_text()), "host": "elsewhere", "pid": 1, "started": 0.0}))
    assert kept.left_by_a_crash() == []
    autosave.close()
