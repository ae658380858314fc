"""From far, very many cells become a picture that has every cell where its disc would be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from napari.layers import Points
from plugin.mouse import settle

from napari_ripple.canvas import colors
from napari_ripple.canvas.cells import cell_visual, points
from napari_ripple.canvas.cells.level_of_detail import Codes, raster
from napari_ripple.display.paint import Paint

PAINT = Paint("labels", np.array([0, 1, 2, -1, 0, 1]), categories=("A", "B", "C"))
XY = np.array([[0.2, 0.3], [5.0, 4.0], [5.0, 4.0], [9.9, 0.0], [30.0, 4.0], [2.0, -8.0]], dtype=np.float32)


def by_hand(xy: np.ndarray, faces: np.ndarray, matrix: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The slow twin: first every cell's first pixel, then its three others where nothing is."""
    corner = np.floor(xy @ matrix[:, :2].T + matrix[:, 2] - 0.5).astype(int)
    seen = {}
    for (column, row), face in zip(corner, faces, strict=True):
        if face[3] > 0:
            seen[row, column] = face
    picture = np.zeros((*shape, 4))
    for row in range(shape[0]):
        for column in range(shape[1]):
            for place in ((row, column), (row, column - 1), (row - 1, column), (row - 1, column - 1)):
                if place in seen:
                    picture[row, column] = seen[place]
                    break
    return np.round(picture * 255)


@pytest.mark.parametrize("hidden", [(), ("C",)])
@pytest.mark.parametrize("matrix", [[[1, 0, 0], [0, 1, 0]], [[0, -1, 9], [0.5, 0, 2]], [[0.7, 0.7, 1], [-0.7, 0.7, 4]]])
def test_every_cell_has_its_pixels(matrix: list[list[float]], hidden: tuple[str, ...]) -> None:
    look = colors.look(PAINT, hidden)
    many = np.random.default_rng(0).uniform(-3, 14, (60, 2)).astype(np.float32)
    xy, values = np.concatenate([XY, many]), np.concatenate([look.values, np.arange(60, dtype=np.float32) % 3])
    look = type(look)(values, look.table, look.limits, look.unknown)
    found = raster(xy, Codes.of(look), np.array(matrix, dtype=float), (8, 12))
    np.testing.assert_array_equal(found, by_hand(xy, look.rgba(), np.array(matrix), (8, 12)))


def test_as_many_colours_as_cells_have_codes() -> None:
    paint = Paint("labels", np.arange(70_000), categories=tuple(map(str, range(70_000))))
    look = colors.look(paint)
    codes = Codes.of(look)
    faces = codes.table[codes.codes].view(np.uint8).reshape(-1, 4)
    np.testing.assert_array_equal(faces, np.round(look.rgba() * 255))


def test_the_picture_lies_where_our_discs_and_napari_draw_the_cells(
    viewer: Any, qapp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_visual, "MANY_CELLS", 100)
    rng = np.random.default_rng(1)
    data = rng.uniform(0, 10_000, (300, 2))
    look = colors.look(Paint("numbers", rng.normal(size=300).astype(np.float32), (-1.0, 1.0)))
    arguments = {"data": data, "size": 9.0, "border_width": 0, "antialiasing": 0, "scale": (1.2, 0.8), "opacity": 0.9}

    def draw(layer: Points) -> tuple[np.ndarray, np.ndarray]:
        viewer.layers.clear()
        viewer.add_layer(layer)
        viewer.reset_view()
        settle(qapp)
        picture = viewer.screenshot(canvas_only=True, flash=False).astype(int)[..., :3]
        return picture, picture.max(axis=2) > 30

    picture, drawn = draw(points.make(arguments, look))
    monkeypatch.setattr(cell_visual, "MANY_CELLS", 1000)
    discs, in_discs = draw(points.make(arguments, look))
    _, in_napari = draw(Points(**arguments, face_color=look.rgba()))  # with a grey rim where points are small
    assert in_discs.sum() > 700
    assert (in_discs & ~drawn).sum() <= 0.02 * in_discs.sum()
    assert (drawn & ~in_napari).sum() <= 0.02 * drawn.sum()
    assert drawn.sum() <= 1.4 * in_discs.sum()  # a disc of two pixels leaves out some of the four
    assert (np.abs(picture - discs).max(axis=2)[in_discs] <= 2).mean() > 0.97


def test_from_near_there_are_discs(viewer: Any, qapp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell_visual, "MANY_CELLS", 4)
    look = colors.look(Paint("numbers", np.arange(9.0), (0.0, 8.0)))
    layer = points.make({"data": np.argwhere(np.ones((3, 3))) * 12.0, "size": 10.0, "border_width": 0}, look)
    viewer.add_layer(layer)
    draw: Callable[[], np.ndarray] = lambda: viewer.screenshot(canvas_only=True, flash=False)  # noqa: E731
    settle(qapp)
    assert (draw()[..., :3].max(axis=2) > 60).mean() > 0.3
    viewer.camera.zoom = 0.1
    settle(qapp)
    assert 18 <= (draw()[..., :3].max(axis=2) > 60).sum() <= 36
