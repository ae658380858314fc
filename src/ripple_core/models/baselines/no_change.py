"""The training mean everywhere, or the cell as it was observed: nothing depends on the place or on an edit."""

from __future__ import annotations

import numpy as np

from ripple_core.expression import ExpressionSpace
from ripple_core.models.baselines.base import Baseline, Predictor, offered
from ripple_core.models.contract import Scene
from ripple_core.settings import Settings

NAME = "no_change"


class NoChangeConfig(Settings):
    """Nothing to set."""


class NoChange(Baseline):
    """Every line equal: what is observed of the target where its identity is kept, else the training mean."""

    name, title, Config = NAME, "No change (baseline)", NoChangeConfig
    config: NoChangeConfig

    def predictor(self, scene: Scene) -> Predictor:
        """The same for each line."""

        def predict(targets: np.ndarray) -> np.ndarray:
            one = unchanged(scene, targets, self.space)
            return np.broadcast_to(one, (scene.lines, *one.shape))

        return predict


def unchanged(scene: Scene, targets: np.ndarray, space: ExpressionSpace) -> np.ndarray:
    """What is known of targets beforehand (cells, genes): the observed expression where it is given, else the training mean."""
    if scene.target_observed is not None:
        return scene.target_observed[targets]
    return np.broadcast_to(space.mean, (len(targets), len(space.mean)))


train_iter, load, config = offered(NoChange)
