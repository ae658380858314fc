"""Layers follow the Session, and what is drawn or dropped goes into it; with a real mouse in a real window."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Points
from napari.settings import get_settings
from plugin.support import SQUARE, Mouse, make_ready, settle

from napari_ripple import actions, colors
from napari_ripple.viewer_link import link_for, session_for


@pytest.fixture
def model(tissue_path: Path) -> ViewerModel:
    """A viewer without a window, with the tissue open."""
    viewer = ViewerModel()
    actions.open_section(session_for(viewer), tissue_path)
    return viewer


def run(session: Any) -> None:
    for _ in actions.regenerate(session):
        pass


def test_cells_appear_coloured_with_a_scale_bar(model: ViewerModel) -> None:
    session = session_for(model)
    layer = model.layers[0]
    assert layer.name == "Cells of tissue_1"
    np.testing.assert_allclose(layer.data, session.section.xy_um[:, ::-1])
    expected = colors.face_colors(session.display_values().cells)
    np.testing.assert_allclose(layer.face_color, expected, atol=1e-6)
    assert model.canvas.overlays.scale_bar.visible


def test_colours_limits_and_hiding_reach_the_layer(model: ViewerModel) -> None:
    session = session_for(model)
    layer = model.layers[0]
    actions.hide_labels(session, ["Type 1"])
    hidden = session.section.obs["cell_type"] == "Type 1"
    np.testing.assert_array_equal(layer.face_color[:, 3] == 0, hidden)
    actions.color_by(session, "Lig1-01")
    assert (layer.face_color[:, 3] == 1).all()
    before = layer.face_color.copy()
    actions.set_limits(session, 0, 50)
    assert not np.allclose(layer.face_color, before)
    assert layer.features["value"].to_numpy() == pytest.approx(session.display_values().cells.values)


def test_another_section_replaces_the_layer(model: ViewerModel, small_tissues: list[Any], tmp_path: Path) -> None:
    small_tissues[1].write_h5ad(tmp_path / "other.h5ad")
    actions.open_section(session_for(model), tmp_path / "other.h5ad")
    assert [layer.name for layer in model.layers] == ["Cells of tissue_2"]


def test_a_deleted_layer_of_cells_comes_back_with_the_next_choice(model: ViewerModel) -> None:
    model.layers.clear()
    assert session_for(model).section is not None
    actions.color_by(session_for(model), "Lig1-01")
    assert [layer.name for layer in model.layers] == ["Cells of tissue_1"]


def test_regions_are_drawn_undone_and_redrawn(model: ViewerModel) -> None:
    session = session_for(model)
    roi = actions.draw_roi(session, SQUARE)
    shapes = model.layers["ROI"]
    np.testing.assert_allclose(np.sort(shapes.data[0], axis=0), np.sort(np.array(SQUARE)[:, ::-1], axis=0))
    assert list(shapes.features["roi"]) == [roi.name]
    session.undo()
    assert len(shapes.data) == 0
    session.redo()
    assert len(shapes.data) == 1
    actions.remove_roi(session, roi.name)
    assert len(shapes.data) == 0


def test_shapes_added_changed_and_removed_in_the_layer_reach_the_session(model: ViewerModel) -> None:
    session = session_for(model)
    link_for(model).draw("polygon")
    shapes = model.layers["ROI"]
    assert shapes.mode == "add_polygon"
    shapes.add([np.array(SQUARE)[:, ::-1]], shape_type="polygon")
    assert session.roi.area_um2 == pytest.approx(8100)
    shapes.add([np.array(SQUARE)[:, ::-1] + 20], shape_type="ellipse")
    assert list(session.rois) == ["ROI 1", "ROI 2"]
    moved = [shapes.data[0] + 10, shapes.data[1]]
    shapes.data = moved
    assert session.rois["ROI 1"].geometry.bounds == pytest.approx((70, 70, 160, 160))
    shapes.selected_data = {0}
    shapes.remove_selected()
    assert list(session.rois) == ["ROI 2"]
    session.undo()
    assert list(session.rois) == ["ROI 1", "ROI 2"]
    assert sorted(shapes.features["roi"]) == ["ROI 1", "ROI 2"]


def test_a_loaded_region_with_a_hole_keeps_it_when_another_is_drawn(model: ViewerModel) -> None:
    import shapely

    from ripple_core.roi import Roi

    session = session_for(model)
    ring = shapely.Polygon(SQUARE, [[[80, 80], [100, 80], [100, 100]]])
    actions.add_roi(session, Roi(ring), name="ring")
    model.layers["ROI"].add([np.array(SQUARE)[:, ::-1] + 50], shape_type="rectangle")
    assert list(session.rois) == ["ring", "ROI 1"]
    assert session.rois["ring"].geometry.equals(ring)


def test_lines_and_slips_make_no_region(model: ViewerModel) -> None:
    session = session_for(model)
    link_for(model).draw("rectangle")
    shapes = model.layers["ROI"]
    shapes.add([[[60, 60], [150, 150]]], shape_type="line")
    assert "Expected an area" in session.message
    corner = np.array([[-50.0, -50.0], [-50, -49], [-49, -49], [-49, -50]])
    shapes.add([corner], shape_type="rectangle")
    assert "too small" in session.message
    assert not session.rois


def test_a_deleted_layer_never_takes_the_regions_with_it(model: ViewerModel) -> None:
    session = session_for(model)
    actions.draw_roi(session, SQUARE)
    model.layers.remove("ROI")
    link_for(model).flush()
    assert list(session.rois) == ["ROI 1"]
    assert len(model.layers["ROI"].data) == 1


def test_selecting_a_shape_makes_its_region_active(model: ViewerModel) -> None:
    session = session_for(model)
    actions.draw_roi(session, SQUARE)
    actions.draw_roi(session, np.array(SQUARE) + 50)
    link_for(model).draw("select")
    model.layers["ROI"].selected_data = {0}
    assert session.active_roi == "ROI 1"


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
    assert [layer.name for layer in model.layers] == ["Cells of tissue_1", "simulated cells (none yet)", "ROI"]
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


def test_a_lasso_drawn_with_the_mouse_is_exact(viewer: Any, mouse: Mouse, tissue_path: Path) -> None:
    session = session_for(viewer)
    actions.open_section(session, tissue_path)
    settle(mouse.qapp)
    epsilon = get_settings().experimental.rdp_epsilon
    link_for(viewer).draw("lasso")
    assert get_settings().experimental.rdp_epsilon == 0
    angle = np.linspace(0, 2 * np.pi, 60)
    circle = 120 + 50 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    mouse.drag(circle)
    assert session.roi.area_um2 == pytest.approx(np.pi * 50**2, rel=0.05)
    expected = np.hypot(*(session.section.xy_um - 120).T) < 50
    wrong = np.setxor1d(session.roi_rows(), np.flatnonzero(expected))
    edge = np.abs(np.hypot(*(session.section.xy_um[wrong] - 120).T) - 50)
    assert (edge < 4).all()
    link_for(viewer).draw("pan")
    assert get_settings().experimental.rdp_epsilon == epsilon


def test_rectangle_and_ellipse_by_mouse_then_moved(viewer: Any, mouse: Mouse, tissue_path: Path) -> None:
    session = session_for(viewer)
    actions.open_section(session, tissue_path)
    settle(mouse.qapp)
    link_for(viewer).draw("rectangle")
    mouse.drag([[60, 60], [80, 80], [110, 100], [110, 100]])
    assert session.roi.area_um2 == pytest.approx(50 * 40, rel=0.06)
    link_for(viewer).draw("ellipse")
    mouse.drag([[130, 130], [150, 150], [190, 170], [190, 170]])
    assert session.roi.area_um2 == pytest.approx(np.pi * 30 * 20, rel=0.06)
    link_for(viewer).draw("select")
    mouse.drag([[160, 150], [170, 160], [180, 170], [180, 170]])
    assert session.active_roi == "ROI 2"
    assert session.roi.geometry.centroid.x == pytest.approx(180, abs=3)
    assert list(session.rois) == ["ROI 1", "ROI 2"]


def test_a_polygon_clicked_corner_by_corner(viewer: Any, mouse: Mouse, tissue_path: Path) -> None:
    session = session_for(viewer)
    actions.open_section(session, tissue_path)
    settle(mouse.qapp)
    link_for(viewer).draw("polygon")
    for corner in [[60, 60], [150, 60], [150, 150]]:
        mouse.click(*corner)
    assert not session.rois
    mouse.double_click(60, 150)
    assert session.roi.area_um2 == pytest.approx(8100, rel=0.05)


def test_a_click_without_a_drag_draws_nothing(viewer: Any, mouse: Mouse, tissue_path: Path) -> None:
    session = session_for(viewer)
    actions.open_section(session, tissue_path)
    settle(mouse.qapp)
    link_for(viewer).draw("lasso")
    mouse.drag([[100, 100], [100.2, 100.1]])
    assert not session.rois


def test_hidden_cells_are_not_seen_and_shown_cells_are(viewer: Any, mouse: Mouse, tissue_path: Path) -> None:
    session = session_for(viewer)
    actions.open_section(session, tissue_path)
    viewer.canvas.overlays.scale_bar.visible = False
    settle(mouse.qapp, 30)
    seen = viewer.screenshot(canvas_only=True, flash=False)
    actions.hide_labels(session, session.display_values().cells.categories)
    settle(mouse.qapp, 30)
    empty = viewer.screenshot(canvas_only=True, flash=False)
    assert (seen[..., :3].max(axis=2) > 60).mean() > 0.05
    assert (empty[..., :3].max(axis=2) > 60).mean() < 0.001


def test_the_pixel_of_a_cell_has_its_colour(viewer: Any, mouse: Mouse, tissue_path: Path) -> None:
    session = session_for(viewer)
    actions.open_section(session, tissue_path)
    actions.color_by(session, "Lig1-01")
    settle(mouse.qapp, 30)
    picture = viewer.screenshot(canvas_only=True, flash=False)
    ratio = picture.shape[1] / mouse.canvas.native.width()
    faces = (colors.face_colors(session.display_values().cells)[:, :3] * 255).round()
    places = [(i, *(mouse.pixel(*session.section.xy_um[i]) * ratio).round().astype(int)) for i in range(100)]
    error = [np.abs(picture[row, column, :3].astype(float) - faces[i]).max() for i, column, row in places]
    assert np.median(error) <= 2


def test_closing_the_window_wipes_nothing_and_leaks_nothing(
    make_napari_viewer: Any, qapp: Any, tissue_path: Path
) -> None:
    viewer = make_napari_viewer(show=False)
    link, session = link_for(viewer), session_for(viewer)
    actions.open_section(session, tissue_path)
    actions.draw_roi(session, SQUARE)
    viewer.close()
    settle(qapp)
    assert list(session.rois) == ["ROI 1"]
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
