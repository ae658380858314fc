"""Anything at any time: a seeded walk in a real window, without an exception, a lost region, leaked widgets or memory."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from plugin.mouse import Mouse
from plugin.walker import Walker, errors, memory_mb, walk, widgets

from napari_ripple.session import Session
from napari_ripple.widgets.panel import RipplePanel

SHORT_S, LONG_S = 20.0, 60.0 * float(os.environ.get("RIPPLE_WALK_MINUTES", "30"))
MAY_GROW_MB, MAY_GROW_WIDGETS = 150.0, 20


@pytest.fixture
def walker(
    dock: Callable[..., Any], viewer: Any, chosen: Session, mouse: Mouse, tissue_path: Path, tmp_path: Path
) -> Iterator[Walker]:
    """A user before a window in which everything is chosen."""
    made = Walker(viewer, dock(RipplePanel), chosen, mouse, tissue_path, tmp_path)
    yield made
    made.panel = None


def stroll(walker: Walker, seconds: float, seed: int) -> None:
    """Walk for some seconds; what the first third brings is no growth."""
    walker.seed = seed
    walker.__post_init__()
    end = time.monotonic() + seconds
    with errors() as found:
        walk(walker, lambda _: time.monotonic() > end - seconds * 2 / 3)
        walker.tidy()
        buttons, memory = widgets(), memory_mb()
        walk(walker, lambda _: time.monotonic() > end)
        walker.tidy()
    said = f"seed {seed}, {len(walker.done)} steps, the last: {walker.done[-12:]}"
    assert not found, f"{[repr(one) for one in found]} after {said}"
    assert widgets() - buttons <= MAY_GROW_WIDGETS, said
    assert memory_mb() - memory <= MAY_GROW_MB, said
    print(f"{said}; memory {memory:.0f} → {memory_mb():.0f} MB, buttons {buttons} → {widgets()}")


def test_a_short_walk(walker: Walker) -> None:
    stroll(walker, SHORT_S, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_a_long_walk(walker: Walker) -> None:
    stroll(walker, LONG_S, seed=int(os.environ.get("RIPPLE_WALK_SEED", "7")))
