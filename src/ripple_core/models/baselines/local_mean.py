"""The mean of all known cells within a radius."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from pydantic import Field

from ripple_core.models.baselines.base import Arrays, Baseline, Predictor, offered
from ripple_core.models.baselines.lesson import Lesson, choose
from ripple_core.models.baselines.neighborhood import radius_average
from ripple_core.models.contract import Scene
from ripple_core.progress import Progress
from ripple_core.settings import Settings

NAME = "local_mean"
RADIUS_CHOICES = (3.0, 5.0, 8.0, 12.0, 20.0, 35.0)
"""In distances between neighbouring cells."""


class LocalMeanConfig(Settings):
    """The one number of this baseline."""

    radius_um: float | None = Field(
        None, gt=0, description="Known cells up to this distance are averaged, in µm; None: chosen on held-out cells."
    )


class LocalMean(Baseline):
    """Each unseen cell is the mean of the known cells around it; the nearest one where there is none."""

    name, title, Config = NAME, "Local mean (baseline)", LocalMeanConfig
    config: LocalMeanConfig

    @classmethod
    def learn(
        cls, lesson: Lesson, config: LocalMeanConfig
    ) -> Generator[Progress, None, tuple[LocalMeanConfig, Arrays]]:
        """Choose the radius."""
        yield Progress(0, 1, "choosing the radius")
        if config.radius_um is None:
            radii = [share * lesson.pitch_um for share in RADIUS_CHOICES]
            models = {radius: cls(LocalMeanConfig(radius_um=radius), lesson.space) for radius in radii}
            config = LocalMeanConfig(radius_um=choose(models, lesson))
        return config, {}

    def predictor(self, scene: Scene) -> Predictor:
        """Average what is near."""
        radius = self.config.radius_um or 0.0

        def predict(targets: np.ndarray) -> np.ndarray:
            weights = radius_average(scene.known_xy_um, scene.target_xy_um[targets], radius)
            return np.stack([weights @ line for line in scene.known_expression])

        return predict


train_iter, load, config = offered(LocalMean)
