"""Means over cells in alike places: as a plain loop has them, sharp at a border, calm away from it."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.niche import alike
from ripple_core.niche.alike import SOFTNESS, alike_average


@pytest.fixture
def tissue() -> tuple[np.ndarray, np.ndarray]:
    """300 cells (x, y) with a border at x = 100, and which side each is on."""
    xy = np.random.default_rng(0).uniform(0, 200, (300, 2))
    return xy, (xy[:, 0] > 100).astype(float)


def test_it_is_that_of_a_plain_loop(tissue) -> None:
    xy, _ = tissue
    rng = np.random.default_rng(1)
    guide, values = rng.normal(size=(300, 4)), rng.normal(size=(300, 3))
    near = np.array([np.argsort(np.linalg.norm(xy - one, axis=1))[:12] for one in xy])
    squared = ((guide[near] - guide[:, None]) ** 2).sum(axis=-1)
    weight = np.exp(-squared / (SOFTNESS * np.median(squared)))
    expected = [np.average(values[rows], axis=0, weights=one) for rows, one in zip(near, weight)]
    np.testing.assert_allclose(alike_average(xy, guide, values, 12), expected, rtol=1e-5, atol=1e-6)


def test_a_border_that_the_guide_knows_stays_sharp(tissue) -> None:
    xy, side = tissue
    noise = np.random.default_rng(2).normal(0, 0.05, (300, 2))
    at_border = np.abs(xy[:, 0] - 100) < 10
    knows = alike_average(xy, side[:, None] + noise, side[:, None], 60)[:, 0]
    ignorant = alike_average(xy, noise, side[:, None], 60)[:, 0]
    assert np.abs(knows - side)[at_border].max() < 0.05
    assert np.abs(ignorant - side)[at_border].mean() > 0.3


def test_it_is_taken_in_pieces_and_of_small_sections(tissue, monkeypatch) -> None:
    xy, side = tissue
    guide = np.column_stack([side, xy[:, 1]])
    whole = alike_average(xy, guide, xy, 20)
    monkeypatch.setattr(alike, "CELLS_AT_ONCE", 7)
    np.testing.assert_allclose(alike_average(xy, guide, xy, 20), whole, rtol=1e-6)
    np.testing.assert_allclose(alike_average(xy[:1], guide[:1], xy[:1], 20), xy[:1], rtol=1e-6)


def test_without_any_difference_it_is_the_plain_mean(tissue) -> None:
    xy, side = tissue
    found = alike_average(xy, np.zeros((300, 2)), side[:, None], 300)
    np.testing.assert_allclose(found, np.full((300, 1), side.mean()), rtol=1e-5)
