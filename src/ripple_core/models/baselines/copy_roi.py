"""The neighbours change as the edited cells did: the paper's plain rule."""

from __future__ import annotations

import numpy as np

from ripple_core.models.baselines.base import Baseline, Predictor, offered
from ripple_core.models.baselines.no_change import unchanged
from ripple_core.models.contract import Scene
from ripple_core.settings import Settings

NAME = "copy_roi"


class CopyRoiConfig(Settings):
    """Nothing to set."""


class CopyRoi(Baseline):
    """The cell as in no change, plus the mean change of those known cells that differ between line 0 and the line.

    A cell that only one of the two has did not change, it came or went; there is nothing in it to copy.
    """

    name, title, Config = NAME, "Copy the region's change (baseline)", CopyRoiConfig
    config: CopyRoiConfig
    holds_lines = True

    def predictor(self, scene: Scene) -> Predictor:
        """Observed or mean expression, shifted alike at every target."""
        shift = change_of_edited(scene)
        return lambda targets: unchanged(scene, targets, self.space) + shift[:, None]


def change_of_edited(scene: Scene) -> np.ndarray:
    """Mean change (lines, genes) against line 0 of the known cells whose expression differs from it; 0 where none does."""
    difference = scene.known_expression - scene.known_expression[:1]
    if scene.present is not None:
        difference = np.where((scene.present & scene.present[:1])[..., None], difference, 0.0)
    edited = (difference != 0).any(axis=2)
    return difference.sum(axis=1) / np.maximum(edited.sum(axis=1), 1)[:, None]


train_iter, load, config = offered(CopyRoi)
