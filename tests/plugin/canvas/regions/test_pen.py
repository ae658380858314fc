"""The pen: what the tools do to a layer, and a lasso that keeps its corners and gives back what it borrowed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.settings import get_settings
from plugin.mouse import Mouse

from napari_ripple import actions
from napari_ripple.canvas.regions import pen
from napari_ripple.session import Session
from napari_ripple.viewer_link import link_for, session_for


@pytest.mark.parametrize("tool", list(pen.MODES))
def test_a_tool_is_a_mode_of_the_layer_that_is_drawn_on(model: ViewerModel, tool: pen.Tool) -> None:
    model.add_shapes(name="drawn on", visible=False)
    pen.take_up(model, model.layers["drawn on"], tool)
    assert model.layers.selection.active.name == "drawn on"
    assert (model.layers["drawn on"].mode, model.layers["drawn on"].visible) == (pen.MODES[tool], True)


def test_the_next_shape_has_the_next_regions_colour(model: ViewerModel) -> None:
    session = session_for(model)
    link_for(model).draw("rectangle")
    layer = model.layers["Regions"]
    for _ in range(2):
        wanted = actions.next_color(session)
        assert str(layer.current_edge_color).startswith(wanted)
        layer.add([[[60, 60], [150, 60], [150, 150], [60, 150]]], shape_type="rectangle")
        assert session.roi.color == wanted


def test_a_closed_link_gives_the_thinning_of_lassos_back(model: ViewerModel) -> None:
    settings = get_settings().experimental
    before, heard = settings.rdp_epsilon, []
    settings.events.rdp_epsilon.connect(heard.append)
    link_for(model).draw("lasso")
    assert settings.rdp_epsilon == 0
    link_for(model).close()
    assert settings.rdp_epsilon == before
    settings.events.rdp_epsilon.disconnect(heard.append)
    assert heard == []  # on this event napari writes the settings file


def test_a_lasso_drawn_with_the_mouse_is_exact(viewer: Any, opened: Session, mouse: Mouse) -> None:
    epsilon = get_settings().experimental.rdp_epsilon
    link_for(viewer).draw("lasso")
    assert get_settings().experimental.rdp_epsilon == 0
    angle = np.linspace(0, 2 * np.pi, 60)
    circle = 120 + 50 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    mouse.drag(circle)
    assert opened.roi.area_um2 == pytest.approx(np.pi * 50**2, rel=0.05)
    expected = np.hypot(*(opened.section.xy_um - 120).T) < 50
    wrong = np.setxor1d(opened.roi_rows(), np.flatnonzero(expected))
    edge = np.abs(np.hypot(*(opened.section.xy_um[wrong] - 120).T) - 50)
    assert (edge < 4).all()
    link_for(viewer).draw("pan")
    assert get_settings().experimental.rdp_epsilon == epsilon
