"""A training in a process of its own: told step by step, stopped with the best, given up, ended with the window, resumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from plugin.event_loop import run_until

import ripple_core as rc
from napari_ripple import RippleSession, actions
from napari_ripple.session import Session
from napari_ripple.work import training
from ripple_core.errors import DataError
from ripple_core.models.checkpoint import kept_beside

SIZES = {"layers": 1, "heads": 2, "dim": 16, "meta_cells": 16, "components": 5, "levels": (4, 2), "max_cells": 16}
ENDLESS = {"steps": 100_000, "patience": 100_000, "batch": 2, "evaluate_every": 5}


@pytest.fixture
def wished(session: Session, tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Wishes for a tiny model; gives its folder. What still runs is ended after the test."""

    def wished(**settings: Any) -> Path:
        actions.wish_to_train(session, out=str(tmp_path / "m"), model="gest", config=SIZES, settings=settings)
        return tmp_path / "m"

    yield wished
    training.close(session)


def until(session: Session, state: str = "", looks: int = 0, seconds: float = 60.0) -> None:
    """Let Qt work until a training has come so far."""

    def is_there() -> bool:
        now = session.training
        return now.state == state if state else len(now.looks) >= looks or not now.is_busy

    run_until(is_there, seconds)
    assert is_there(), session.training


def test_a_training_tells_its_looks_and_leaves_the_model_that_a_script_trains_too(
    qapp, session, wished, tmp_path, tissue_path
) -> None:
    out = wished(steps=10, batch=2, evaluate_every=5, device="cpu")
    training.start(session)
    with pytest.raises(DataError, match="being trained"):
        training.start(session)
    until(session, "done")
    assert [look.step for look in session.training.looks] == [5, 10]
    assert session.training.record["scores"].keys() >= {"gest", "no change", "local mean"}
    assert "plain rule" in session.training.words
    assert rc.load(out).record["sections"] == [f"{session.section.name} (left)"]
    command = session.commands[-1]
    assert command.name == "train"
    assert command.arguments["steps"] == 10
    ripple = RippleSession(show=False)
    ripple.open(tissue_path)
    words = {**command.arguments, "out": str(tmp_path / "again")}
    assert ripple.train(**words)["losses"] == rc.load(out).record["losses"]
    assert ripple.session.commands[-1].arguments == words


def test_stop_keeps_the_best_and_a_second_training_goes_on(qapp, session, wished) -> None:
    out = wished(**ENDLESS)
    training.start(session)
    until(session, looks=2)
    training.stop(session)
    assert session.training.state == "stopping"
    until(session, "done")
    assert session.training.words.startswith("Stopped early")
    first = rc.load(out).record["steps"]
    again = {**dict(session.train_wish), "resume": True}
    again.pop("settings")
    list(actions.train(session, **again, **{**ENDLESS, "steps": first + 5}))
    assert rc.load(out).record["steps"] == first + 5
    assert not kept_beside(out).exists()


def test_stopped_before_the_first_step_nothing_is_kept(qapp, session, wished) -> None:
    out = wished(**ENDLESS)
    training.start(session)
    training.stop(session)
    assert session.training.words == training.NOTHING
    run_until(lambda: not psutil.Process().children(recursive=True), 20)
    assert not psutil.Process().children(recursive=True)
    assert not out.exists()


def test_closing_ends_the_process_and_it_can_be_taken_up(qapp, session, wished) -> None:
    out = wished(**ENDLESS)
    training.start(session)
    until(session, looks=1)
    training.close(session)
    run_until(lambda: not psutil.Process().children(recursive=True), 20)
    assert not psutil.Process().children(recursive=True)
    assert kept_beside(out).is_dir()
    assert not out.exists()


def test_an_error_of_the_process_is_said_in_its_own_words(qapp, session, wished, knn_checkpoint, monkeypatch) -> None:
    shown: list[Exception] = []
    monkeypatch.setattr(training, "report", shown.append)
    wished()
    actions.wish_to_train(session, start_from=str(knn_checkpoint), config={})
    training.start(session)
    until(session, "failed")
    assert "to start from" in session.training.words
    assert str(shown[0]) == session.training.words


def test_a_folder_with_other_files_is_refused_at_once(session, tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    actions.wish_to_train(session, out=str(tmp_path))
    with pytest.raises(DataError, match="new folder or an older model"):
        training.start(session)
    assert not session.training.is_busy
