"""All genes of the neighbours move the way most edited genes moved."""

from __future__ import annotations

import numpy as np

from ripple_core.models.baselines.base import Baseline, Predictor, offered
from ripple_core.models.baselines.copy_roi import change_of_edited
from ripple_core.models.baselines.no_change import unchanged
from ripple_core.models.contract import Scene
from ripple_core.settings import Settings

NAME = "majority_sign"


class MajoritySignConfig(Settings):
    """Nothing to set."""


class MajoritySign(Baseline):
    """The cell as in no change, plus the majority sign of the edit times its mean size, for every gene alike."""

    name, title, Config = NAME, "Majority sign of the region's change (baseline)", MajoritySignConfig
    config: MajoritySignConfig
    holds_lines = True

    def predictor(self, scene: Scene) -> Predictor:
        """Observed or mean expression, with one number a line added to all genes."""
        change = change_of_edited(scene)
        genes = np.maximum((change != 0).sum(axis=1), 1)
        shift = np.sign(np.sign(change).sum(axis=1)) * np.abs(change).sum(axis=1) / genes
        return lambda targets: unchanged(scene, targets, self.space) + shift[:, None, None]


train_iter, load, config = offered(MajoritySign)
