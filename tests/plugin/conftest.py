"""Fixtures of the viewer's tests: sessions with a tissue, a real window, and a real mouse in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from plugin.support import Mouse, make_ready, settle

from napari_ripple import actions
from napari_ripple.session import Session


@pytest.fixture
def session(tissue_path: Path) -> Session:
    """A session with the small tissue open; no window, no Qt."""
    fresh = Session()
    actions.open_section(fresh, tissue_path)
    return fresh


@pytest.fixture
def ready(session: Session, deg_path: Path, knn_checkpoint: Path) -> Session:
    """A session in which only Regenerate is missing."""
    return make_ready(session, deg_path, knn_checkpoint)


@pytest.fixture
def viewer(make_napari_viewer: Callable[..., Any], qapp: Any) -> Iterator[Any]:
    """A napari window that is really shown."""
    shown = make_napari_viewer(show=True)
    shown.window.resize(800, 600)
    settle(qapp)
    yield shown
    from napari_ripple.viewer_link import link_for

    link_for(shown).close()


@pytest.fixture
def mouse(viewer: Any, qapp: Any) -> Mouse:
    """A mouse that sends Qt events to the canvas."""
    return Mouse(viewer, qapp)
