"""The layer of measured cells follows the Session, down to the pixel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from napari.components import ViewerModel
from plugin.mouse import Mouse, settle

from napari_ripple import actions
from napari_ripple.canvas import colors
from napari_ripple.session import Session
from napari_ripple.viewer_link import session_for


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
    expected = session.display_values().cells.values[7]
    assert f"value: {expected:.3g}" in layer.get_status(layer.data[7])["value"]


def test_colours_follow_the_canvas(model: ViewerModel) -> None:
    session = session_for(model)
    actions.color_by(session, "Lig1-01")
    paint = session.display_values().cells
    for theme, maps in (("light", colors.ON_LIGHT), ("dark", colors.ON_DARK)):
        model.theme = theme
        np.testing.assert_allclose(model.layers[0].face_color, colors.face_colors(paint, maps=maps), atol=1e-6)


def test_another_section_replaces_the_layer(model: ViewerModel, small_tissues: list[Any], tmp_path: Path) -> None:
    small_tissues[1].write_h5ad(tmp_path / "other.h5ad")
    actions.open_section(session_for(model), tmp_path / "other.h5ad")
    assert [layer.name for layer in model.layers] == ["Cells of tissue_2"]


def test_a_deleted_layer_of_cells_comes_back_with_the_next_choice(model: ViewerModel) -> None:
    model.layers.clear()
    assert session_for(model).section is not None
    actions.color_by(session_for(model), "Lig1-01")
    assert [layer.name for layer in model.layers] == ["Cells of tissue_1"]


def test_hidden_cells_are_not_seen_and_shown_cells_are(viewer: Any, opened: Session, mouse: Mouse) -> None:
    viewer.canvas.overlays.scale_bar.visible = False
    settle(mouse.qapp, 30)
    seen = viewer.screenshot(canvas_only=True, flash=False)
    actions.hide_labels(opened, opened.display_values().cells.categories)
    settle(mouse.qapp, 30)
    empty = viewer.screenshot(canvas_only=True, flash=False)
    assert (seen[..., :3].max(axis=2) > 60).mean() > 0.05
    assert (empty[..., :3].max(axis=2) > 60).mean() < 0.001


def test_the_pixel_of_a_cell_has_its_colour(viewer: Any, opened: Session, mouse: Mouse) -> None:
    actions.color_by(opened, "Lig1-01")
    settle(mouse.qapp, 30)
    picture = viewer.screenshot(canvas_only=True, flash=False)
    ratio = picture.shape[1] / mouse.canvas.native.width()
    faces = (colors.face_colors(opened.display_values().cells)[:, :3] * 255).round()
    places = [(i, *(mouse.pixel(*opened.section.xy_um[i]) * ratio).round().astype(int)) for i in range(100)]
    error = [np.abs(picture[row, column, :3].astype(float) - faces[i]).max() for i, column, row in places]
    assert np.median(error) <= 2
