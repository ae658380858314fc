"""The nearest-neighbour baseline averages what it says, and chooses k on held-out cells."""

from __future__ import annotations

import numpy as np
from core.models.baselines.conftest import generated, learned

from ripple_core.models.baselines.knn import NEIGHBOR_CHOICES


def test_averages_the_nearest_known_cells(knn, scene) -> None:
    found = generated(knn, scene)
    for row, place in zip(found.swapaxes(0, 1), scene.target_xy_um):
        near = np.argsort(np.linalg.norm(scene.known_xy_um - place, axis=1))[: knn.config.neighbors]
        np.testing.assert_allclose(row, scene.known_expression[:, near].mean(axis=1), rtol=1e-4, atol=1e-6)


def test_k_is_chosen_unless_it_is_given(baselines, sections) -> None:
    assert baselines["knn"].config.neighbors in NEIGHBOR_CHOICES
    assert learned("knn", sections[:1], sections[1:], neighbors=7).config.neighbors == 7
