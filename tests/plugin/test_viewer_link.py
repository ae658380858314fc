"""One viewer, one Session: what is dropped goes into it, and nothing stays behind when either is gone."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import numpy as np
from napari.components import ViewerModel
from napari.layers import Points
from plugin.event_loop import call_in_loop, run_until
from plugin.experiment import SQUARE
from plugin.mouse import settle

from napari_ripple import actions
from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for, session_for


def test_a_dropped_file_becomes_the_section(viewer: Any, tissue_path: Path) -> None:
    session = session_for(viewer)
    viewer.open(tissue_path, plugin="napari-ripple")
    assert session.section.name == "tissue_1"
    assert session.section_path == tissue_path
    assert len(viewer.layers) == 1
    assert viewer.layers[0].metadata == {}
    viewer.open(tissue_path, plugin="napari-ripple")
    assert len(viewer.layers) == 1


def test_a_file_dropped_before_the_panel_opens_is_taken_too(viewer: Any, tissue_path: Path) -> None:
    viewer.open(tissue_path, plugin="napari-ripple")
    session = session_for(viewer)
    assert session.section.name == "tissue_1"
    actions.color_by(session, "Lig1-01")
    assert len(viewer.layers) == 1


def test_every_way_to_the_viewer_is_the_same_session(viewer: Any) -> None:
    from napari.utils._proxies import PublicOnlyProxy

    assert session_for(PublicOnlyProxy(viewer)) is session_for(viewer)
    assert link_for(viewer).viewer() is viewer


def test_closing_the_window_wipes_nothing_and_leaks_nothing(
    make_napari_viewer: Any, qapp: Any, tissue_path: Path
) -> None:
    viewer = make_napari_viewer(show=False)
    link, session = link_for(viewer), session_for(viewer)
    actions.open_section(session, tissue_path)
    actions.draw_roi(session, SQUARE)
    viewer.close()
    settle(qapp)
    assert list(session.rois) == ["Region 1"]
    assert link.viewer() is None
    session.view = "response"
    actions.draw_roi(session, np.array(SQUARE) + 5)


def test_a_viewer_without_a_window_is_let_go(tissue_path: Path) -> None:
    viewer = ViewerModel()
    actions.open_section(session_for(viewer), tissue_path)
    gone = weakref.ref(viewer)
    del viewer
    gc.collect()
    assert gone() is None


def test_a_link_can_be_closed_twice_and_made_again(model: ViewerModel) -> None:
    link = link_for(model)
    link.close()
    link.close()
    session = link.session
    actions.color_by(session, "Lig1-01")
    assert link_for(model) is not link
    assert isinstance(model.layers[0], Points)


def test_layers_of_a_section_that_is_replaced_are_let_go(viewer: Any, chosen: Session, tissue_path: Path) -> None:
    before = [weakref.ref(layer) for layer in viewer.layers]
    assert len(before) == 3, "cells, simulated cells and regions"
    viewer.layers.clear()
    call_in_loop(lambda: viewer.open(tissue_path, plugin="napari-ripple"))
    run_until(lambda: not chosen.job.is_busy and len(viewer.layers) == 3, 5)
    run_until(lambda: gc.collect() and not any(one() for one in before), 1)
    assert not [one() for one in before if one() is not None]
