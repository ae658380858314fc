"""The list of known models: the latest first, each once, none that is gone, folders looked into."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.user import places, shelf


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIPPLE_HOME", str(tmp_path / "home"))


@pytest.fixture
def copies(knn_checkpoint: Path, tmp_path: Path) -> list[Path]:
    """Three models in folders of a folder."""
    paths = [tmp_path / "models" / group / name for group, name in (("a", "one"), ("a", "two"), ("b", "three"))]
    for path in paths:
        shutil.copytree(knn_checkpoint, path)
    return paths


def test_a_model_that_was_used_is_remembered_first(session: Session, copies: list[Path]) -> None:
    for path in copies:
        actions.open_model(session, path)
    actions.open_model(session, copies[1])
    assert [one.path for one in shelf.models()] == [copies[1], copies[2], copies[0]]
    shutil.rmtree(copies[2])
    shelf.forget(copies[0])
    assert [one.path for one in shelf.models()] == [copies[1]]


def test_folders_are_looked_into_and_the_example_comes_last(copies: list[Path], tmp_path: Path, knn_checkpoint) -> None:
    (tmp_path / "models" / ".hidden").mkdir()
    shutil.copytree(copies[0], tmp_path / "models" / ".hidden" / "kept")
    assert shelf.look_into(tmp_path / "models") == 3
    shelf.remember(copies[2])
    found = shelf.models(knn_checkpoint)
    assert [one.path for one in found] == [copies[2], copies[0], copies[1], knn_checkpoint]
    assert [one.why for one in found] == ["used before", "in models", "in models", "the example's"]


def test_a_list_that_is_spoiled_is_an_empty_one(copies: list[Path]) -> None:
    shelf.remember(copies[0])
    (places.config_folder() / shelf.FILE).write_text("{half")
    assert shelf.models() == []
    shelf.remember(copies[1])
    assert [one.path for one in shelf.models()] == [copies[1]]
