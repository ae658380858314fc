"""Fixtures of the viewer's tests: sessions with a tissue, with and without a window, and a real mouse in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anndata as ad
import pytest
from napari.components import ViewerModel
from plugin.experiment import make_ready
from plugin.mouse import Mouse, settle

import ripple_core as rc
from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for, session_for


@pytest.fixture
def session(tissue_path: Path) -> Session:
    """A session with the small tissue open; no window, no Qt."""
    fresh = Session()
    actions.open_section(fresh, tissue_path)
    return fresh


@pytest.fixture(scope="session")
def gest_checkpoint(small_tissues: list[ad.AnnData], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of the smallest GeST, hardly trained."""
    sizes = {"layers": 1, "heads": 2, "dim": 16, "meta_cells": 16, "components": 5, "levels": (4, 2), "max_cells": 16}
    folder = tmp_path_factory.mktemp("gest") / "gest"
    rc.train(small_tissues, "gest", out=folder, config=sizes, steps=2, batch=2, evaluate_every=1, device="cpu")
    return folder


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
