"""Cells drawn by our shader look, to the pixel, as napari's own points in the same colours."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from napari.layers import Points
from plugin.mouse import settle

from napari_ripple.canvas import colors
from napari_ripple.canvas.cells import points
from napari_ripple.canvas.cells.cell_points import CellPoints
from napari_ripple.canvas.cells.look import Look
from napari_ripple.display.paint import Paint

SIDE = 12
GRID = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="ij"), axis=-1).reshape(-1, 2) * 12.0
VALUES = np.random.default_rng(0).normal(size=len(GRID)).astype(np.float32)
VALUES[::7] = np.nan
NUMBERS = colors.look(Paint("numbers", VALUES, (-1.0, 1.5)))
CODES = Paint("labels", np.arange(len(GRID)) * 5 % 301 - 1, categories=tuple(map(str, range(300))))
OUTLINE_SHARE = 0.002
"""Pixels just on the outline of a disc may be in or out."""


@pytest.fixture
def canvas(viewer: Any, qapp: Any) -> Callable[..., np.ndarray]:
    """Draws one layer alone, ours or napari's, and gives the picture."""

    def draw(layer: Points) -> np.ndarray:
        if layer not in viewer.layers:
            viewer.layers.clear()
            viewer.add_layer(layer)
            viewer.reset_view()
        settle(qapp)
        return viewer.screenshot(canvas_only=True, flash=False).astype(int)

    return draw


def ours(look: Look, **more: Any) -> Points:
    arguments = {"data": GRID, "size": 10.0, "border_width": 0, "antialiasing": 0, **more}
    return points.make(arguments, look)


def napari(look: Look, **more: Any) -> Points:
    return Points(GRID, size=10.0, border_width=0, antialiasing=0, face_color=look.rgba(), **more)


def assert_same(picture: np.ndarray, expected: np.ndarray) -> None:
    assert (expected[..., :3].max(axis=2) > 20).mean() > 0.1
    assert (np.abs(picture - expected).max(axis=2) > 2).mean() < OUTLINE_SHARE


@pytest.mark.parametrize(
    "more", [{}, {"scale": (2.0, 2.0)}, {"scale": (1.5, 3.0)}, {"opacity": 0.4}, {"rotate": 30, "translate": (50, 9)}]
)
def test_numbers_are_drawn_as_napari_does(canvas: Callable[..., np.ndarray], more: dict[str, Any]) -> None:
    layer = ours(NUMBERS, **more)
    assert isinstance(layer, CellPoints)
    assert_same(canvas(layer), canvas(napari(NUMBERS, **more)))


def test_labels_and_their_hiding_are_drawn_as_napari_does(canvas: Callable[..., np.ndarray]) -> None:
    layer = ours(colors.look(CODES))
    before = canvas(layer)
    assert_same(before, canvas(napari(colors.look(CODES))))
    canvas(layer)
    hidden = colors.look(CODES, hidden={str(i) for i in range(0, 300, 2)}, chosen={"5": "#ffffff"})
    layer.show(hidden)
    after = canvas(layer)
    assert (np.abs(after - before).max(axis=2) > 2).mean() > 0.1
    assert_same(after, canvas(napari(hidden)))


def test_new_numbers_of_some_cells_limits_and_colours_reach_the_screen(canvas: Callable[..., np.ndarray]) -> None:
    layer = ours(NUMBERS)
    canvas(layer)
    values = VALUES.copy()
    values[40:60], values[50] = 9.0, np.nan
    for look in (
        replace(NUMBERS, values=values),
        replace(NUMBERS, values=values, limits=(0.0, 0.5)),
        replace(NUMBERS, values=VALUES, table=colors.ON_LIGHT.diverging),
    ):
        layer.show(look)
        picture = canvas(layer)
        expected = canvas(napari(look))
        assert_same(picture, expected)
        canvas(layer)


def test_positions_sizes_and_number_of_cells_may_change(viewer: Any, canvas: Callable[..., np.ndarray]) -> None:
    layer = ours(NUMBERS)
    canvas(layer)
    layer.data = GRID[:70] + 3
    layer.size = np.where(np.arange(70) % 2, 6.0, 12.0)
    picture, (camera, zoom) = canvas(layer), (viewer.camera.center, viewer.camera.zoom)
    peer = Points(layer.data, size=layer.size, border_width=0, antialiasing=0, face_color=layer.face_color)
    canvas(peer)
    viewer.camera.center, viewer.camera.zoom = camera, zoom
    assert_same(picture, canvas(peer))
    canvas(layer)
    layer.data = np.empty((0, 2))
    assert (canvas(layer)[..., :3].max(axis=2) > 60).mean() < 0.01


@pytest.mark.parametrize("zoom", [6.0, 20.0, 60.0])
def test_from_very_near_cells_are_whole_up_to_the_edge(
    viewer: Any, canvas: Callable[..., np.ndarray], zoom: float
) -> None:
    look, sizes = replace(NUMBERS, unknown=np.zeros(4)), np.where(np.arange(len(GRID)) % 2, 7.0, 10.0)
    pictures = []
    for make in (ours, napari):
        layer = make(look, scale=(1.0, 1.2))
        layer.size = sizes
        canvas(layer)
        viewer.camera.center, viewer.camera.zoom = (62.0, 75.0), zoom
        pictures.append(canvas(layer)[..., :3])
    assert_same(*pictures)


def test_what_the_shader_cannot_do_napari_does(viewer: Any, canvas: Callable[..., np.ndarray]) -> None:
    layer = ours(NUMBERS)
    canvas(layer)
    layer.symbol = "square"
    peer = napari(NUMBERS)
    peer.symbol = "square"
    assert_same(canvas(layer), canvas(peer))
    layer.symbol = "disc"
    assert_same(canvas(layer), canvas(napari(NUMBERS)))
    canvas(layer)
    viewer.dims.ndisplay = 3
    assert canvas(layer)[..., :3].max() > 60


def test_without_what_is_used_of_napari_cells_are_plain_points_that_look_the_same(
    canvas: Callable[..., np.ndarray], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from napari_ripple.canvas.cells import cell_layer

    fast = canvas(ours(NUMBERS))
    monkeypatch.setattr(cell_layer, "USED", (*cell_layer.USED, "_what_napari_had_before"))
    points.is_fast.cache_clear()
    try:
        with caplog.at_level(logging.WARNING):
            layer = ours(NUMBERS)
    finally:
        monkeypatch.undo()
        points.is_fast.cache_clear()
    assert type(layer) is Points
    assert "_what_napari_had_before" in caplog.text
    assert_same(fast, canvas(layer))
    points.show(layer, colors.look(CODES))
    np.testing.assert_allclose(layer.face_color, colors.look(CODES).rgba(), atol=1e-6)
