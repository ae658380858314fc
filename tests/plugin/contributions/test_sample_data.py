"""The example: shipped with a checkout, made by an installed package, and never in the window's way."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from plugin.event_loop import Stopwatch, call_in_loop
from plugin.experiment import run

from napari_ripple import actions
from napari_ripple.actions.task import run_here
from napari_ripple.contributions.sample_data import ripple_tissue
from napari_ripple.session import Session
from napari_ripple.user import example_files, places
from napari_ripple.user.example_files import make_sample, sample_folder, tissue_file
from napari_ripple.viewer_link import session_for
from napari_ripple.widgets.tissue.example import example_task


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An installed package has no sample_data folder beside it; gives the folder of its caches."""
    monkeypatch.setattr(example_files, "SHIPPED", tmp_path / "not there")
    monkeypatch.setenv(places.HOME, str(tmp_path))
    return tmp_path


def test_the_sample_is_a_tissue() -> None:
    ((data, _, kind),) = ripple_tissue()
    assert kind == "points"
    assert len(data) > 1000
    assert all((sample_folder() / name).exists() for name in ("tissue.h5ad", "roi.geojson", "deg.csv", "checkpoint"))


def test_an_installed_package_makes_its_own_sample(tmp_path: Path) -> None:
    make_sample(tmp_path / "example")
    session = Session()
    for _ in run_here(example_task(session, tmp_path / "example")):
        pass
    assert session.missing_for_regeneration() == ""
    actions.set_settings(session, zone_um=30)
    assert run(session) is not None


def test_an_installed_package_makes_the_tissue_once_and_without_a_model(installed: Path) -> None:
    path = tissue_file()
    assert installed in path.parents
    assert [file.name for file in path.parent.iterdir()] == ["tissue.h5ad"]
    made = path.stat().st_mtime_ns
    assert tissue_file().stat().st_mtime_ns == made
    assert (sample_folder() / "checkpoint").exists()  # the rest is made where only the tissue was


def test_the_menus_sample_does_not_keep_the_window_waiting(viewer: Any, installed: Path, capsys: Any) -> None:
    session = session_for(viewer)
    began, watch = time.perf_counter(), Stopwatch()
    watch.start()
    (empty,) = call_in_loop(
        lambda: viewer.open_sample("napari-ripple", "ripple_tissue"), lambda _: session.section is not None
    )
    late = watch.stop()
    assert "being read" in empty.name
    assert [layer.name for layer in viewer.layers] == ["Cells of tissue"]
    assert len(viewer.layers[0].data) == example_files.CELLS
    assert len(late) > 20  # the window lived on while the tissue was made
    with capsys.disabled():
        took, worst = time.perf_counter() - began, late.max() * 1e3
        print(f"\nsample made and shown in {took:.2f} s, {len(late)} ticks; the window waited {worst:.0f} ms at most")
