"""Colours: limits, unknown and hidden cells, palette."""

from __future__ import annotations

import numpy as np
import pytest

from napari_ripple.canvas import colors
from napari_ripple.display.paint import Paint, limits

LABELS = Paint("labels", np.array([0, 1, -1, 1]), categories=("A", "B"))


def numbers(values: list[float], low: float = 0, high: float = 100) -> np.ndarray:
    array = np.array(values, np.float32)
    return colors.face_colors(Paint("numbers", array, limits(array, low, high)))


def test_numbers_run_from_the_first_to_the_last_colour() -> None:
    faces = numbers([0, 1, 2])
    np.testing.assert_allclose(faces[0], colors.rgba(colors.SEQUENTIAL[0]))
    np.testing.assert_allclose(faces[2], colors.rgba(colors.SEQUENTIAL[-1]))
    np.testing.assert_allclose(faces[1], colors.rgba(colors.SEQUENTIAL[8]), atol=0.02)


def test_a_gene_that_is_zero_everywhere_gets_the_bottom_colour() -> None:
    np.testing.assert_allclose(numbers([0, 0, 0]), np.tile(colors.rgba(colors.SEQUENTIAL[0]), (3, 1)))


def test_a_rare_gene_keeps_its_few_cells_visible() -> None:
    faces = numbers([0.0] * 200 + [5.0], 0, 99)
    np.testing.assert_allclose(faces[-1], colors.rgba(colors.SEQUENTIAL[-1]))


def test_unknown_values_are_grey_and_spoil_no_limits() -> None:
    faces = numbers([0, np.nan, 4])
    np.testing.assert_allclose(faces[1], colors.rgba(colors.UNKNOWN, colors.UNKNOWN_ALPHA))
    np.testing.assert_allclose(faces[2], colors.rgba(colors.SEQUENTIAL[-1]))
    assert limits(np.array([np.nan, np.nan]), 0, 99) == (0.0, 1.0)


def test_response_is_grey_at_zero() -> None:
    faces = colors.face_colors(Paint("response", np.array([-1.0, 0.0, 1.0]), (-1.0, 1.0)))
    assert faces[0][2] > faces[0][0]
    assert np.ptp(faces[1][:3]) < 0.02
    assert faces[2][0] > faces[2][2]


def test_labels_hide_recolour_and_count() -> None:
    faces = colors.face_colors(LABELS, hidden={"B"}, chosen={"A": "#102030"})
    np.testing.assert_allclose(faces[0], [0x10 / 255, 0x20 / 255, 0x30 / 255, 1])
    assert faces[1][3] == faces[3][3] == 0
    assert faces[2][3] == pytest.approx(colors.UNKNOWN_ALPHA)
    entries = colors.legend(LABELS, hidden={"B"})
    assert [(entry.label, entry.cells, entry.hidden) for entry in entries] == [("A", 1, False), ("B", 2, True)]


def test_the_palette_is_long_and_has_no_repeats() -> None:
    assert len(set(colors.PALETTE)) == len(colors.PALETTE) >= 30
    many = Paint("labels", np.arange(60), categories=tuple(map(str, range(60))))
    assert colors.face_colors(many).shape == (60, 4)


def test_neighbouring_colours_of_the_palette_differ_for_red_green_blind_readers() -> None:
    deuteranopia = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
    rgb = np.array([colors.rgba(color)[:3] for color in colors.PALETTE[:12]], dtype=float)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ deuteranopia.T, 0, 1) ** (1 / 2.4)
    distance = np.linalg.norm(seen[:, None] - seen[None], axis=2)
    assert distance[~np.eye(12, dtype=bool)].min() > 0.08


@pytest.mark.parametrize(("maps", "background"), [(colors.ON_DARK, 0.0), (colors.ON_LIGHT, 1.0)], ids=["dark", "light"])
def test_what_is_strong_stands_out_from_the_canvas_and_what_is_zero_does_not(maps, background) -> None:
    def contrast(table: np.ndarray) -> np.ndarray:
        return np.abs(table[:, :3] @ [0.299, 0.587, 0.114] - background)

    low, high = contrast(maps.sequential)[[0, -1]]
    assert high > low + 0.4
    below, zero, above = contrast(maps.diverging)[[0, 128, -1]]
    assert min(below, above) > zero + 0.3
    assert np.ptp(maps.diverging[128, :3]) < 0.02  # grey
    assert maps.diverging[20, 2] > maps.diverging[20, 0]  # blue below
    assert maps.diverging[-20, 0] > maps.diverging[-20, 2]  # orange above


@pytest.mark.parametrize("maps", [colors.ON_DARK, colors.ON_LIGHT])
def test_nothing_counted_and_no_value_are_told_apart_and_from_all_else(maps: colors.Maps) -> None:
    values = np.array([0, 0, 0.01, 1, 2, np.nan], dtype=np.float32)
    paint = Paint("numbers", values, (0.0, 2.0), counted=True)
    assert (paint.n_quiet, paint.n_unknown) == (2, 1)
    faces = colors.face_colors(paint, maps=maps)
    quiet = colors.QUIET if maps is colors.ON_DARK else colors.QUIET_ON_LIGHT
    np.testing.assert_allclose(faces[:2], [colors.rgba(quiet)] * 2, atol=1e-6)
    np.testing.assert_allclose(faces[5], colors.rgba(colors.UNKNOWN, colors.UNKNOWN_ALPHA), atol=1e-6)
    back = 0.0 if maps is colors.ON_DARK else 1.0
    seen = faces[:, :3] * faces[:, 3:] + back * (1 - faces[:, 3:])
    assert np.abs(seen[0] - seen[5]).max() > 0.1
    assert np.abs(seen[0] - seen[3]).max() > 0.2
    plain = colors.face_colors(Paint("numbers", values, (0.0, 2.0)), maps=maps)
    np.testing.assert_allclose(plain[0], maps.sequential[0])
