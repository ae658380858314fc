"""Dose series and screens on a session without a window: shown while they run, stopped, replayed, taken over as edits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from plugin.experiment import run

from napari_ripple import actions
from napari_ripple.script import RippleSession
from napari_ripple.scripted.text import script_of
from napari_ripple.session import Session
from ripple_core.errors import DataError
from ripple_core.perturb.many import variants


def test_a_dose_of_one_is_the_regeneration(ready: Session) -> None:
    result = run(ready)
    series = actions.dose_series(ready, [0, 1])
    rows = result.obs["ripple_role"].to_numpy() == "regenerated"
    known = result.var["ripple_in_model"].to_numpy()
    own = dict(zip(result.var_names[known], result.layers["response"][rows][:, known].mean(axis=0)))
    np.testing.assert_allclose(series.response[1], [own[gene] for gene in series.genes], atol=1e-5)
    assert ready.doses.edit == "deg"
    assert len(ready.scenarios) == 1, "a series is no scenario"


def test_a_screen_shows_what_is_done_and_keeps_it_when_stopped(ready: Session, monkeypatch) -> None:
    monkeypatch.setattr(variants, "MOST_LINES", 2)
    seen: list[int] = []
    ready.events.screen.connect(lambda made: seen.append(len(made.found.table)))
    task = actions.screen_task(ready, ready.section.genes[:3])
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return bool(seen) and seen[-1] == 2

    work = task.work(stop)
    while True:
        try:
            task.receive(next(work))
        except StopIteration as end:
            task.finish(end.value)
            break
    assert asked > 1
    assert seen[:2] == [1, 2]
    assert (len(ready.screen.found.table), ready.screen.found.asked) == (2, 3)


def test_an_edit_of_the_screen_becomes_a_scenario(ready: Session) -> None:
    actions.clear_edits(ready)
    found = actions.screen_genes(ready, ready.section.genes[:2], ["knockout", "overexpress"], placebos=3)
    assert found.table["p"].notna().all()
    name = str(found.table["name"].iloc[0])
    actions.remove_roi(ready, "Region 1")
    actions.take_from_screen(ready, name)
    assert [edit.name for edit in ready.edits] == [name]
    assert ready.active_roi == "Region 1"
    run(ready)
    assert ready.scenarios[0].name == f"Region 1 · {name}"
    assert ready.scenarios[0].headline.strength == pytest.approx(found.table["effect"].iloc[0], abs=1e-5)
    with pytest.raises(DataError, match="an edit of the screen"):
        actions.take_from_screen(ready, "nothing")


def test_what_is_missing_is_said(session: Session) -> None:
    with pytest.raises(DataError, match="First draw a region, say what changes in it"):
        actions.dose_series(session)
    with pytest.raises(DataError, match="First draw a region, choose a model"):
        actions.screen_genes(session, ["Il6"])
    with pytest.raises(DataError, match="a screen"):
        actions.save_screen(session, "nowhere.csv")


def test_a_script_does_the_same(ready: Session, tmp_path: Path) -> None:
    actions.dose_series(ready, [0.5, 1])
    actions.screen_genes(ready, ready.section.genes[:2], placebos=3, strength=0.5)
    actions.save_doses(ready, tmp_path / "clicked_doses.csv")
    actions.save_screen(ready, tmp_path / "clicked_screen.csv")
    text = script_of(ready.commands).replace("RippleSession()", "RippleSession(show=False)")
    scope: dict[str, RippleSession] = {}
    exec(compile(text.replace("clicked", "replayed"), "script", "exec"), scope)
    for what in ("doses", "screen"):
        assert (tmp_path / f"replayed_{what}.csv").read_text() == (tmp_path / f"clicked_{what}.csv").read_text()
