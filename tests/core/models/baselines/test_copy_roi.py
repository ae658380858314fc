"""Copying adds the mean change of the cells that were edited, and of no other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from core.models.baselines.conftest import generated


def edited(scene, change):
    """The scene with ``change`` (genes,) made in its first ten known cells, twice as strong in five of them."""
    lines = np.stack([scene.known_expression[0]] * 2)
    lines[1, :5] += change
    lines[1, 5:10] += 2 * change
    return replace(scene, known_expression=lines)


def test_the_mean_change_of_edited_cells_is_copied(baselines, scene) -> None:
    change = np.zeros(60, dtype=np.float32)
    change[:3] = (2.0, -0.5, 1.0)
    control, perturbed = generated(baselines["copy_roi"], edited(scene, change))
    np.testing.assert_allclose(perturbed - control, np.tile(1.5 * change, (30, 1)), atol=1e-5)


def test_an_edit_of_nothing_changes_nothing(baselines, scene) -> None:
    control, perturbed = generated(baselines["copy_roi"], edited(scene, np.zeros(60, dtype=np.float32)))
    np.testing.assert_array_equal(control, perturbed)
