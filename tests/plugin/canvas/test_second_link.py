"""Two views at once: cells are divided at a line that the mouse drags, or stand on a copy of the tissue at the right."""

from __future__ import annotations

import numpy as np
import pytest
from plugin.experiment import make_ready, run
from plugin.mouse import settle

from napari_ripple import actions
from napari_ripple.actions.result.beside import toggle_side_by_side, toggle_swipe
from napari_ripple.canvas.second_link import COPY_NAME, LINE_NAME, OUTLINES_NAME
from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for, session_for
from ripple_core.errors import DataError


@pytest.fixture
def shown(model, deg_path, knn_checkpoint) -> Session:
    """The session of a viewer without a window, with a result of which one gene is shown."""
    session = make_ready(session_for(model), deg_path, knn_checkpoint)
    run(session)
    actions.color_by(session, "Up1-03", kind="gene")
    return session


def known(layer) -> np.ndarray:
    """Which cells of a layer of simulated ones are drawn."""
    return np.isfinite(layer.look.values)


def test_a_swipe_divides_the_cells_at_the_line(model, shown) -> None:
    link = link_for(model)
    actions.show(shown, "perturbed")
    actions.swipe(shown, "control")
    left, right = link.cells.simulated.layer, link.second.simulated.layer
    x = shown.section.xy_um[shown.simulation.rows, 0]
    line = shown.second.x_um
    np.testing.assert_array_equal(known(left), x < line)
    np.testing.assert_array_equal(known(right), x >= line)
    assert left.name.startswith("simulated")
    assert right.name.startswith("simulated")
    assert "control" in right.name
    np.testing.assert_allclose(right.look.values[x >= line], shown.simulation.line("control", "Up1-03")[x >= line])
    actions.swipe(shown, "control", 0.0)
    assert not known(left).any()
    assert LINE_NAME in model.layers
    actions.show_one(shown)
    assert known(left).all()
    assert LINE_NAME not in model.layers
    assert right not in model.layers


def test_a_measured_side_shows_the_measured_cells(model, shown) -> None:
    link = link_for(model)
    actions.show(shown, "response")
    assert link.cells.cells.opacity < 1
    actions.swipe(shown, "observed")
    assert link.second.simulated.layer is None or not link.second.simulated.layer.visible
    assert link.cells.cells.opacity == 1
    assert not known(link.cells.simulated.layer).all()


def test_side_by_side_is_a_copy_at_the_right(model, shown) -> None:
    link = link_for(model)
    actions.show(shown, "control")
    actions.side_by_side(shown, "perturbed")
    copy, first, second = model.layers[COPY_NAME], link.cells.simulated.layer, link.second.simulated.layer
    width = np.ptp(shown.section.xy_um[:, 0])
    for layer in (copy, second, model.layers[OUTLINES_NAME]):
        assert layer.translate[-1] > width
    np.testing.assert_array_equal(copy.look.values, link.cells.cells.look.values)
    assert known(first).all()
    assert known(second).all()
    actions.color_by(shown, "Up1-05", kind="gene")
    np.testing.assert_array_equal(copy.look.values, link.cells.cells.look.values)
    assert "Up1-05" in second.name
    actions.show_roi(shown, shown.roi.name, False)
    assert OUTLINES_NAME not in model.layers
    actions.swipe(shown, "perturbed")
    assert COPY_NAME not in model.layers


def test_a_deleted_line_ends_the_swipe(model, shown) -> None:
    actions.swipe(shown, "control")
    model.layers.remove(LINE_NAME)
    assert shown.second is None
    assert known(link_for(model).cells.simulated.layer).all()


def test_another_section_has_one_view(model, shown, tissue_path) -> None:
    actions.side_by_side(shown, "control")
    actions.open_section(shown, tissue_path)
    assert shown.second is None
    assert COPY_NAME not in model.layers


def test_without_simulated_cells_there_is_nothing_to_compare(session) -> None:
    with pytest.raises(DataError, match="simulated cells"):
        actions.swipe(session, "control")


def test_the_mouse_drags_the_line_and_not_the_tissue(viewer, chosen, mouse, qapp) -> None:
    run(chosen)
    actions.swipe(chosen, "observed")
    viewer.layers.selection.active = link_for(viewer).cells.cells
    settle(qapp)
    center, line = viewer.camera.center, chosen.second.x_um
    mouse.drag([(line, 100.0), (line + 15, 100.0), (line + 30, 100.0)])
    assert chosen.second.x_um == pytest.approx(line + 30, abs=2.0)
    assert viewer.camera.center == pytest.approx(center)
    assert viewer.camera.mouse_pan
    assert [command.name for command in chosen.commands].count("swipe") == 1
    mouse.drag([(line - 60, 100.0), (line - 40, 100.0), (line - 30, 100.0)])
    assert chosen.second.x_um == pytest.approx(line + 30, abs=2.0)


def test_the_same_key_begins_and_ends(shown) -> None:
    actions.show(shown, "control")
    toggle_swipe(shown)
    assert (shown.second.mode, shown.second.view) == ("swipe", "perturbed")
    toggle_side_by_side(shown)
    assert (shown.second.mode, shown.second.view) == ("side", "perturbed")
    toggle_side_by_side(shown)
    assert shown.second is None
