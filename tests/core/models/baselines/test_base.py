"""Every baseline keeps the contract of models."""

from __future__ import annotations

import numpy as np
import pytest
from core.models.baselines.conftest import generated
from core.models.contract import ModelContract

from ripple_core.models import catalog
from ripple_core.models.contract import Scene

AGAINST_LINE_0 = ("copy_roi", "majority_sign")
OTHERS = [r.name for r in catalog.RECORDS.values() if r.is_baseline and r.name not in AGAINST_LINE_0]


class TestBaselines(ModelContract):
    @pytest.fixture(params=OTHERS)
    def model(self, request, baselines):
        return baselines[request.param]

    def test_without_known_cells_the_training_mean_is_given(self, model, scene: Scene) -> None:
        nothing = Scene(scene.known_xy_um[:0], scene.known_expression[:, :0], scene.target_xy_um)
        np.testing.assert_allclose(generated(model, nothing), np.broadcast_to(model.space.mean, (2, 30, 60)))

    def test_one_known_cell_is_enough(self, model, scene: Scene) -> None:
        one = Scene(scene.known_xy_um[:1], scene.known_expression[:, :1], scene.target_xy_um)
        assert np.isfinite(generated(model, one)).all()


class TestRulesAgainstLine0(ModelContract):
    """Their change is measured against line 0, so a line alone is its own control."""

    @pytest.fixture(params=AGAINST_LINE_0)
    def model(self, request, baselines):
        return baselines[request.param]

    def test_lines_do_not_touch_each_other(self, model, scene: Scene) -> None:
        third = scene.known_expression[1:] + 1.0
        three = Scene(scene.known_xy_um, np.concatenate([scene.known_expression, third]), scene.target_xy_um)
        np.testing.assert_allclose(generated(model, three)[:2], generated(model, scene), atol=1e-6)
