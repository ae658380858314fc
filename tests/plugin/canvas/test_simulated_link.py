"""The layer of simulated cells lies above the measured ones, says what it is, and shows only what is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Points
from plugin.experiment import make_ready, run

from napari_ripple import actions
from napari_ripple.canvas.cells import points
from napari_ripple.viewer_link import link_for, session_for


def test_simulated_cells_lie_above_in_a_layer_that_says_so(
    model: ViewerModel, deg_path: Path, knn_checkpoint: Path
) -> None:
    session = make_ready(session_for(model), deg_path, knn_checkpoint)
    run(session)
    link_for(model).flush()
    cells, simulated = model.layers[0], model.layers[1]
    assert "simulated" in simulated.name
    assert len(simulated.data) == len(session.simulation.rows)
    assert cells.opacity < 1
    actions.color_by(session, "Up1-01")
    actions.show(session, "perturbed")
    assert "Up1-01" in simulated.name
    assert "simulated" in simulated.name
    assert cells.opacity == 1
    np.testing.assert_allclose(simulated.data, session.section.xy_um[session.simulation.rows][:, ::-1])
    actions.show(session, "observed")
    assert not simulated.visible
    actions.show(session, "response")
    assert simulated.visible
    actions.choose_section(session, "tissue_1")
    assert [layer.name for layer in model.layers] == ["Cells of tissue_1", "simulated cells (none yet)", "Regions"]
    assert len(model.layers[1].data) == 0


def test_cells_that_are_not_generated_yet_are_clear(model: ViewerModel, deg_path: Path, knn_checkpoint: Path) -> None:
    session = make_ready(session_for(model), deg_path, knn_checkpoint)
    for step in actions.regenerate(session):
        if step.done:
            break
    link_for(model).flush()
    alpha = model.layers[1].face_color[:, 3]
    np.testing.assert_array_equal(alpha > 0, session.simulation.known)
    assert 0 < (alpha > 0).sum() < len(alpha)


def test_a_run_is_shown_by_plain_points_too(
    monkeypatch: pytest.MonkeyPatch, tissue_path: Path, deg_path: Path, knn_checkpoint: Path
) -> None:
    monkeypatch.setattr(points, "is_fast", lambda: False)
    viewer = ViewerModel()
    session = session_for(viewer)
    actions.open_section(session, tissue_path)
    make_ready(session, deg_path, knn_checkpoint)
    simulated = viewer.layers[1]
    assert (type(simulated), len(simulated.data)) == (Points, 0)
    run(session)
    link_for(viewer).flush()
    assert len(simulated.data) == len(session.simulation.rows)
    actions.color_by(session, "Up1-01")
    actions.show(session, "perturbed")
    assert len(np.unique(simulated.face_color, axis=0)) > 3
    actions.choose_section(session, "tissue_1")
    assert len(viewer.layers[1].data) == 0
