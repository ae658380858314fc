"""A session in which everything was done is closed; another process opens its file, and all that a user sees is the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from plugin.experiment import SQUARE, run
from plugin.seen import seen

from napari_ripple import actions
from napari_ripple.actions.session_file.keep import taken, write_parts
from napari_ripple.actions.session_file.store import Store
from napari_ripple.session import Camera, Session
from napari_ripple.state.training import Look
from ripple_core.synthetic import World

REOPEN = """
import json, sys
from napari_ripple import actions
from napari_ripple.session import Session
from plugin.seen import seen
session = Session()
actions.open_session(session, sys.argv[1])
print(json.dumps([seen(session), session.message]))
"""


@pytest.fixture
def everything(
    ready: Session, gest_checkpoint: Path, knn_checkpoint: Path, small_world: World, tmp_path: Path
) -> Session:
    """A session in which each thing that a file keeps has been done."""
    actions.open_model(ready, gest_checkpoint)
    for _ in actions.find_niches(ready, clusters=3):
        pass
    actions.rename_niche(ready, "2", "edge of the tissue")
    actions.recolor_label(ready, "edge of the tissue", "#00aa55")
    actions.hide_labels(ready, ["3"])
    actions.open_model(ready, knn_checkpoint)
    actions.draw_roi(ready, np.array(SQUARE) + 5, "other", "#112233")
    actions.show_roi(ready, "other", visible=False)
    actions.choose_roi(ready, "Region 1")
    run(ready)
    actions.compare_niches(ready, "ripple_niche")
    actions.mark_scenario(ready, ready.scenarios[0].name, starred=True, note="the first")
    actions.dose_series(ready, [0, 0.5, 1, 2])
    actions.screen_genes(ready, ["Gene040", "Gene041", "unheard"], ["knockout", "overexpress"], placebos=2)
    actions.knock_out(ready, ["Gene040"], strength=0.7)
    run(ready)
    small_world.section(5, 400, "treated").write_h5ad(tmp_path / "treated.h5ad")
    actions.score_against(ready, tmp_path / "treated.h5ad")
    names = [one.name for one in ready.scenarios]
    actions.compare_scenarios(ready, *names)
    actions.rename_scenario(ready, names[0], "before")
    actions.set_settings(ready, seed=7)
    actions.undo(ready)
    actions.set_limits(ready, 5, 90)
    actions.swipe(ready, "control", 111.0)
    actions.wish_to_train(ready, model="ridge", hold_out=("tissue_1",))
    ready.training = ready.training.__class__(
        "done", ready.train_wish, None, (Look(1, 0.5, float("nan"), 2.0),), 0.0, {"a": 1}, "Done."
    )
    ready.pages = {"step": "Scenarios", "scenarios": "Doses"}
    ready.camera = Camera((100.0, 50.0), 3.5)
    return ready


def reopened(path: Path) -> tuple[dict, str]:
    """What is seen in a process of its own, and what is said there."""
    places = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])
    words = [sys.executable, "-W", "ignore", "-c", REOPEN, str(path)]
    done = subprocess.run(words, check=False, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": places})
    assert done.returncode == 0, done.stderr
    found, message = json.loads(done.stdout.splitlines()[-1])
    return found, message


def test_all_that_is_seen_is_the_same_in_another_process(everything: Session, tmp_path: Path) -> None:
    actions.save_session(everything, tmp_path / "study.ripple")
    before, (after, message) = seen(everything), reopened(tmp_path / "study.ripple")
    assert message == "The session of study is open."
    empty = [name for name, value in before.items() if not value]
    assert empty == ["stale"]
    assert [name for name in before if before[name] != after[name]] == []
    crashed, folder = Session(), tmp_path / "kept automatically"
    folder.mkdir()
    write_parts(taken(everything), Store(folder, folder))
    actions.open_session(crashed, folder)
    assert seen(crashed) == before


def test_what_another_session_had_goes(ready: Session, tissue_path: Path, tmp_path: Path) -> None:
    actions.dose_series(ready, [0, 1])
    actions.screen_genes(ready, ["Gene040"])
    run(ready)
    bare = Session()
    actions.open_section(bare, tissue_path)
    actions.save_session(bare, tmp_path / "bare.ripple")
    actions.open_session(ready, tmp_path / "bare.ripple")
    assert [ready.doses, ready.screen, ready.real, ready.comparison, ready.result] == [None] * 5
    assert ready.scenarios == ()
