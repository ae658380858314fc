"""How cells look: the same colours by table and by hand, at the borders of the values too."""

from __future__ import annotations

import numpy as np

from napari_ripple.canvas import colors
from napari_ripple.canvas.cells.look import from_colors
from napari_ripple.display.paint import Paint

NAN = float("nan")


def test_numbers_run_through_the_table_and_what_is_not_finite_is_unknown() -> None:
    paint = Paint("numbers", np.array([-1.0, 0.0, 0.5, 1.0, 9.0, NAN, np.inf]), (0.0, 1.0))
    faces = colors.look(paint).rgba()
    table, unknown = colors.ON_DARK.sequential, colors.rgba(colors.UNKNOWN, colors.UNKNOWN_ALPHA)
    expected = [table[0], table[0], table[127], table[255], table[255], unknown, unknown]
    np.testing.assert_allclose(faces, expected, atol=1e-6)


def test_labels_hide_and_looks_of_one_paint_share_their_numbers() -> None:
    paint = Paint("labels", np.array([0, 1, -1, 1]), categories=("A", "B"))
    look, other = colors.look(paint), colors.look(paint, hidden={"B"})
    assert look.values is other.values
    np.testing.assert_array_equal(look.rgba()[:, 3] > 0, [True] * 4)
    np.testing.assert_array_equal(other.rgba()[:, 3] > 0, [True, False, True, False])
    np.testing.assert_allclose(other.rgba([0])[0], colors.rgba(colors.PALETTE[0]))


def test_labels_without_categories_and_no_cells_have_a_look() -> None:
    assert colors.look(Paint("labels", np.array([-1, -1]))).rgba().shape == (2, 4)
    assert colors.look(Paint("plain", np.empty(0, np.float32))).rgba().shape == (0, 4)


def test_any_colours_become_a_look() -> None:
    given = np.random.default_rng(0).integers(0, 256, (500, 4)) / 255
    np.testing.assert_allclose(from_colors(given).rgba(), given, atol=1e-6)
    assert from_colors(np.empty((0, 4))).rgba().shape == (0, 4)


def test_cells_come_and_go() -> None:
    look = colors.look(Paint("labels", np.array([0, 1, 0]), categories=("A", "B")))
    np.testing.assert_array_equal(look.without([0]).values, [1, 0])
    np.testing.assert_array_equal(look.resized(2).values, [0, 1])
    np.testing.assert_array_equal(look.resized(4).values, [0, 1, 0, NAN])
