"""The ridge solution against scikit-learn's; near cells are worth more to it than none."""

from __future__ import annotations

import numpy as np
from core.models.baselines.conftest import generated
from sklearn.linear_model import Ridge

from ripple_core.models.baselines.ridge import ALPHA_CHOICES, _solve

RNG = np.random.default_rng(1)


def test_one_decomposition_gives_scikit_learns_weights_for_every_penalty() -> None:
    seen, z = RNG.normal(2.0, 3.0, (80, 7)), RNG.normal(size=(80, 4))
    for alpha, found in _solve(seen, z, (0.5, 20.0)).items():
        x = (seen - found["center"]) / found["scale"]
        oracle = Ridge(alpha=alpha).fit(x, z)
        np.testing.assert_allclose(x @ found["weights"] + found["intercept"], oracle.predict(x), atol=1e-8)


def test_the_penalty_is_chosen(baselines) -> None:
    assert baselines["ridge"].config.alpha in ALPHA_CHOICES


def test_an_edit_of_known_cells_moves_the_targets(baselines, scene) -> None:
    control, perturbed = generated(baselines["ridge"], scene)
    assert np.abs(perturbed - control).max() > 0
