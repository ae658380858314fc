"""Anything at any time: a seeded walk in a real window, without an exception, a lost region, leaked widgets or memory."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anndata as ad
import pytest
from plugin.mouse import Mouse
from plugin.walking.counts import errors, memory_mb, widgets
from plugin.walking.walker import Walker, walk

from napari_ripple import actions
from napari_ripple.session import Session

SHORT_S, LONG_S = 20.0, 60.0 * float(os.environ.get("RIPPLE_WALK_MINUTES", "30"))
MAY_GROW_MB, MAY_GROW_WIDGETS, MAY_GROW_LAYERS = 150.0, 20, 0
EVERY_S = 300.0


@pytest.fixture
def walker(
    viewer: Any, chosen: Session, mouse: Mouse, small_tissues: list[ad.AnnData], knn_checkpoint: Path,
    deg_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Walker]:  # fmt: skip
    """A user before a window in which everything is chosen, with some files at hand."""
    monkeypatch.setenv("RIPPLE_HOME", str(tmp_path / "home"))
    folder = tmp_path / "files"
    shutil.copytree(knn_checkpoint, folder / "checkpoint")
    shutil.copy(deg_path, folder / "deg.csv")
    for name, tissue in zip(("one", "two"), small_tissues):
        tissue.write_h5ad(folder / f"tissue {name}.h5ad")
    both = ad.concat(small_tissues, keys=["one", "two"], label="section", index_unique="-")
    both.write_h5ad(folder / "both.h5ad")
    actions.save_rois(chosen, folder / "regions.geojson")
    made = Walker(viewer, mouse, folder)
    made.open("Ripple")
    yield made
    made.leave()


def stroll(walker: Walker, seconds: float, seed: int) -> None:
    """Walk for some seconds; what the first third brings is no growth."""
    walker.seed = seed
    walker.begin()
    began, told = time.monotonic(), [0.0]
    end = began + seconds

    def note(steps: int) -> None:
        if time.monotonic() - told[0] >= EVERY_S:
            told[0] = time.monotonic()
            print(f"\n{told[0] - began:5.0f} s: {len(walker.done):,} actions, {memory_mb():.0f} MB")

    def until(moment: float) -> Any:
        return lambda steps: note(steps) or time.monotonic() > moment

    with errors() as found:
        try:
            walk(walker, until(end - seconds * 2 / 3))
            walker.tidy()
            before = widgets(), len(walker.viewer.layers), memory_mb()
            walk(walker, until(end))
            walker.tidy()
        finally:
            print(f"seed {seed}, {len(walker.done):,} actions, the last: {walker.done[-20:]}")
            print(f"answers: {walker.answers.given[-8:]}")
    after = widgets(), len(walker.viewer.layers), memory_mb()
    print(f"buttons {before[0]} → {after[0]}, layers {before[1]} → {after[1]}, {before[2]:.0f} → {after[2]:.0f} MB")
    assert not found, [repr(one) for one in found]
    assert after[0] - before[0] <= MAY_GROW_WIDGETS
    assert after[1] - before[1] <= MAY_GROW_LAYERS
    assert after[2] - before[2] <= MAY_GROW_MB


def test_a_short_walk(walker: Walker) -> None:
    stroll(walker, SHORT_S, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_a_long_walk(walker: Walker) -> None:
    stroll(walker, LONG_S, seed=int(os.environ.get("RIPPLE_WALK_SEED", "7")))
