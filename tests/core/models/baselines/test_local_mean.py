"""The local mean averages what lies within its radius, and chooses it on held-out cells."""

from __future__ import annotations

import numpy as np
from core.models.baselines.conftest import generated, learned

from ripple_core.models.baselines.local_mean import RADIUS_CHOICES


def test_averages_within_the_radius_by_a_plain_loop(sections, scene) -> None:
    model = learned("local_mean", sections[:1], [], radius_um=40.0)
    found = generated(model, scene)[0]
    for row, place in zip(found, scene.target_xy_um):
        distance = np.linalg.norm(scene.known_xy_um - place, axis=1)
        near = distance <= max(40.0, distance.min())
        np.testing.assert_allclose(row, scene.known_expression[0][near].mean(axis=0), rtol=1e-4, atol=1e-6)


def test_the_radius_is_one_of_the_choices_in_cell_distances(baselines, sections) -> None:
    chosen = baselines["local_mean"].config.radius_um / sections[0].nearest_um
    assert np.isclose(chosen, RADIUS_CHOICES).any()
