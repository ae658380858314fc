"""No change changes nothing: the mean where nothing is known, the observed cell where it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from core.models.baselines.conftest import generated


def test_the_training_mean_in_every_line(baselines, scene) -> None:
    model = baselines["no_change"]
    np.testing.assert_array_equal(generated(model, scene), np.broadcast_to(model.space.mean, (2, 30, 60)))


def test_the_observed_cell_where_its_identity_is_kept(baselines, scene) -> None:
    observed = np.random.default_rng(0).random((30, 60)).astype(np.float32)
    kept = replace(scene, target_observed=observed)
    np.testing.assert_array_equal(generated(baselines["no_change"], kept), np.stack([observed, observed]))
