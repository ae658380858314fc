"""The network on coordinates learns a slope across the scene's known cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from core.models.baselines.conftest import generated, learned

from ripple_core.models.contract import Scene


def test_a_slope_across_the_tissue_is_followed(sections, section) -> None:
    model = learned("mlp_xy", sections[:1], sections[1:], wave_um=400.0, epochs=200, width=32)
    slope = (section.xy_um[:, :1] - section.xy_um[:, 0].mean()) / section.xy_um[:, 0].std()
    values = (model.space.mean + 0.5 * model.space.std * slope * model.arrays["components"][0] * 6).astype(np.float32)
    hidden = np.arange(len(section)) % 5 == 0
    scene = Scene(section.xy_um[~hidden], values[~hidden][None], section.xy_um[hidden])
    gene = int(np.argmax(np.abs(model.arrays["components"][0]) * model.space.std))
    assert np.corrcoef(generated(model, scene)[0, :, gene], values[hidden, gene])[0, 1] > 0.8


def test_only_the_cells_near_the_targets_are_fitted(baselines, scene) -> None:
    model = baselines["mlp_xy"]
    far = replace(
        scene,
        known_xy_um=np.concatenate([scene.known_xy_um, scene.known_xy_um[:5] + 1e5]),
        known_expression=np.concatenate([scene.known_expression, scene.known_expression[:, :5] + 9], axis=1),
    )
    near = type(model)(model.config.model_copy(update={"max_cells": 60}), model.space, {}, model.arrays)
    np.testing.assert_allclose(generated(near, far), generated(near, scene), atol=1e-6)
