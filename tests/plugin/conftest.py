"""Fixtures of the viewer's tests: sessions with a tissue, with and without a window, and a real mouse in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from napari.components import ViewerModel
from plugin.experiment import make_ready
from plugin.mouse import Mouse, settle

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for, session_for


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
def model(tissue_path: Path) -> ViewerModel:
    """A viewer without a window, with the tissue open."""
    viewer = ViewerModel()
    actions.open_section(session_for(viewer), tissue_path)
    return viewer


@pytest.fixture
def viewer(make_napari_viewer: Callable[..., Any], qapp: Any) -> Iterator[Any]:
    """A napari window that is really shown."""
    shown = make_napari_viewer(show=True)
    shown.window.resize(800, 600)
    settle(qapp)
    yield shown
    link_for(shown).close()


@pytest.fixture
def opened(viewer: Any, qapp: Any, tissue_path: Path) -> Session:
    """The session of the window, with the small tissue open."""
    session = session_for(viewer)
    actions.open_section(session, tissue_path)
    settle(qapp)
    return session


@pytest.fixture
def chosen(opened: Session, deg_path: Path, knn_checkpoint: Path) -> Session:
    """The same with region, edit and model: only Regenerate is missing."""
    return make_ready(opened, deg_path, knn_checkpoint)


@pytest.fixture
def mouse(viewer: Any, qapp: Any) -> Mouse:
    """A mouse that sends Qt events to the canvas."""
    return Mouse(viewer, qapp)
