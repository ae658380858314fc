"""All genes move by one number: the majority sign of the edit times its mean size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from core.models.baselines.conftest import generated


@pytest.mark.parametrize(
    ("change", "expected"), [((2.0, 1.0, -3.0), 2.0), ((-1.0, -1.0, 4.0), -2.0), ((1.0, -1.0, 0.0), 0.0)]
)
def test_majority_times_mean_size(baselines, scene, change, expected) -> None:
    lines = np.stack([scene.known_expression[0]] * 2)
    lines[1, :8, :3] += np.array(change, dtype=np.float32)
    control, perturbed = generated(baselines["majority_sign"], replace(scene, known_expression=lines))
    np.testing.assert_allclose(perturbed - control, expected, atol=1e-5)
