"""The nearest-neighbour baseline keeps the contract and averages what it says."""

from __future__ import annotations

import numpy as np
import pytest
from core.models.contract import ModelContract

from ripple_core.models.contract import GenerationSettings, Scene


class TestKnn(ModelContract):
    @pytest.fixture
    def model(self, knn):
        return knn

    def test_averages_the_nearest_known_cells(self, knn, scene: Scene) -> None:
        target = scene.target_xy_um[0]
        near = np.argsort(np.linalg.norm(scene.known_xy_um - target, axis=1))[: knn.config.neighbors]
        first = next(iter(knn.generate(scene, GenerationSettings()))).expression[:, 0]
        np.testing.assert_allclose(first, scene.known_expression[:, near].mean(axis=1), rtol=1e-5)
