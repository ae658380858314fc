"""The mean of the k nearest known cells: the rule a model must beat."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from pydantic import Field

from ripple_core.models.baselines.base import Arrays, Baseline, Predictor, offered
from ripple_core.models.baselines.lesson import Lesson, choose
from ripple_core.models.baselines.neighborhood import nearest_average
from ripple_core.models.contract import Scene
from ripple_core.progress import Progress
from ripple_core.settings import Settings

NAME = "knn"
NEIGHBOR_CHOICES = (3, 5, 10, 20, 40, 80)


class KnnConfig(Settings):
    """The one number of this baseline."""

    neighbors: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="How many of the nearest known cells are averaged; None: chosen on held-out cells.",
    )


class Knn(Baseline):
    """Each unseen cell is the mean of its k nearest known cells."""

    name, title, Config = NAME, "Nearest neighbours (baseline)", KnnConfig
    config: KnnConfig

    @classmethod
    def learn(cls, lesson: Lesson, config: KnnConfig) -> Generator[Progress, None, tuple[KnnConfig, Arrays]]:
        """Choose k."""
        yield Progress(0, 1, "choosing the number of neighbours")
        if config.neighbors is None:
            models = {k: cls(KnnConfig(neighbors=k), lesson.space) for k in NEIGHBOR_CHOICES}
            config = KnnConfig(neighbors=choose(models, lesson))
        return config, {}

    def predictor(self, scene: Scene) -> Predictor:
        """Average what is nearest."""
        k = self.config.neighbors or NEIGHBOR_CHOICES[0]

        def predict(targets: np.ndarray) -> np.ndarray:
            weights = nearest_average(scene.known_xy_um, scene.target_xy_um[targets], k)
            return np.stack([weights @ line for line in scene.known_expression])

        return predict


train_iter, load, config = offered(Knn)
