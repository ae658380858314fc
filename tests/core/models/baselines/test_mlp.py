"""The layers that are kept answer as scikit-learn's network would; training stops where held-out cells get no better."""

from __future__ import annotations

import numpy as np
from core.models.baselines.conftest import generated, learned
from sklearn.neural_network import MLPRegressor

from ripple_core.models.baselines.mlp import _layers


def test_kept_layers_answer_like_the_network() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 5)), rng.normal(size=(50, 3))
    network = MLPRegressor(hidden_layer_sizes=(6, 6), random_state=0).partial_fit(x, y)
    kept, h = _layers(network), x
    network.partial_fit(x, y)
    for i in range(2):
        h = np.maximum(h @ kept[f"weights.{i}"] + kept[f"bias.{i}"], 0.0)
    before = MLPRegressor(hidden_layer_sizes=(6, 6), random_state=0).partial_fit(x, y)
    np.testing.assert_allclose(h @ kept["weights.2"] + kept["bias.2"], before.predict(x), atol=1e-10)


def test_same_seed_same_network_and_an_edit_moves_the_targets(baselines, sections, scene) -> None:
    found = generated(baselines["mlp"], scene)
    again = generated(learned("mlp", sections[:1], sections[1:]), scene)
    np.testing.assert_array_equal(found, again)
    assert np.abs(found[1] - found[0]).max() > 0
