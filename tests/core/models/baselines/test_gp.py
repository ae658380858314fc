"""The Gaussian process against its textbook formula, and the choice of its two numbers."""

from __future__ import annotations

import numpy as np
from core.models.baselines.conftest import generated
from scipy.spatial.distance import cdist

from ripple_core.models.baselines import components


def test_posterior_mean_by_the_formula(baselines, scene) -> None:
    model = baselines["gp"]
    basis, length, noise = model.arrays["components"], model.config.length_um, model.config.noise
    y = components.project(scene.known_expression[1], model.space, basis)
    among = np.exp(-cdist(scene.known_xy_um, scene.known_xy_um) / length) + noise * np.eye(len(y))
    across = np.exp(-cdist(scene.target_xy_um, scene.known_xy_um) / length)
    posterior = y.mean(axis=0) + across @ np.linalg.solve(among, y - y.mean(axis=0))
    expected = components.restore(posterior, model.space, basis)
    np.testing.assert_allclose(generated(model, scene)[1], expected, atol=1e-4)


def test_length_and_noise_are_chosen(baselines) -> None:
    assert baselines["gp"].config.length_um > 0
    assert baselines["gp"].config.noise > 0
