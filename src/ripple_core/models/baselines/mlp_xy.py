"""A small neural network from place to expression, fitted to the known cells of each scene."""

from __future__ import annotations

import warnings
from collections.abc import Generator

import numpy as np
from pydantic import Field
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from ripple_core.models.baselines import components
from ripple_core.models.baselines.base import Arrays, Baseline, Predictor, offered
from ripple_core.models.baselines.lesson import Lesson, choose
from ripple_core.models.baselines.neighborhood import nearest_known
from ripple_core.models.contract import Scene
from ripple_core.progress import Progress
from ripple_core.settings import Settings

NAME = "mlp_xy"
WAVE_CHOICES = (10.0, 40.0)
"""Shortest wavelength in distances between neighbouring cells."""
OCTAVES = 4
FEWEST_TO_WATCH = 20


class MlpXyConfig(Settings):
    """What the network sees of a place, and its size."""

    components: int = Field(20, ge=1, le=500, description="Principal components of expression that are predicted.")
    width: int = Field(64, ge=4, le=4096, description="Units of each of the two hidden layers.")
    epochs: int = Field(80, ge=1, description="Most passes over the known cells; stopped early on a tenth of them.")
    max_cells: int = Field(1500, ge=10, description="Known cells to fit: those nearest to the targets.")
    wave_um: float | None = Field(
        None, gt=0, description="Shortest wavelength (µm) in which a place is written; None: chosen on held-out cells."
    )


class MlpXy(Baseline):
    """Each unseen cell is what a network, fitted to positions and components of the known cells, says of its place."""

    name, title, Config = NAME, "Neural network on coordinates (baseline)", MlpXyConfig
    config: MlpXyConfig

    @classmethod
    def learn(cls, lesson: Lesson, config: MlpXyConfig) -> Generator[Progress, None, tuple[MlpXyConfig, Arrays]]:
        """Learn the components; choose how finely a place is written."""
        yield Progress(0, 1, "choosing the wavelength")
        basis = components.fit(lesson.training, lesson.space, config.components, lesson.settings.seed)
        scores = components.project(lesson.training[0].expression, lesson.space, basis)
        arrays = {"components": basis, "spread": scores.std(axis=0) + 1e-6}
        if config.wave_um is None:
            waves = [share * lesson.pitch_um for share in WAVE_CHOICES]
            configs = {wave: config.model_copy(update={"wave_um": wave}) for wave in waves}
            models = {wave: cls(one, lesson.space, arrays=arrays) for wave, one in configs.items()}
            config = configs[choose(models, lesson)]
        return config, arrays

    def predictor(self, scene: Scene) -> Predictor:
        """Fit one network a line, from the same start."""
        known = nearest_known(scene, self.config.max_cells)
        center = scene.target_xy_um.mean(axis=0)
        places = self._written(scene.known_xy_um[known] - center)
        scores = components.project(scene.known_expression[:, known], self.space, self.arrays["components"])
        networks = [self._fit(places, line / self.arrays["spread"]) for line in scores]

        def predict(targets: np.ndarray) -> np.ndarray:
            where = self._written(scene.target_xy_um[targets] - center)
            found = np.stack([network.predict(where).reshape(len(targets), -1) for network in networks])
            return components.restore(found * self.arrays["spread"], self.space, self.arrays["components"])

        return predict

    def _written(self, xy_um: np.ndarray) -> np.ndarray:
        """Places (cells, 2) as waves of several lengths (cells, features)."""
        waves = (self.config.wave_um or 1.0) * 2.0 ** np.arange(OCTAVES)
        phase = (2 * np.pi * xy_um[:, :, None] / waves).reshape(len(xy_um), -1)
        return np.concatenate([xy_um / waves[-1], np.sin(phase), np.cos(phase)], axis=1)

    def _fit(self, places: np.ndarray, scores: np.ndarray) -> MLPRegressor:
        size, watch = (self.config.width,) * 2, len(places) >= FEWEST_TO_WATCH
        network = MLPRegressor(
            hidden_layer_sizes=size, early_stopping=watch, max_iter=self.config.epochs, random_state=0, tol=1e-3
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the number of passes is ours
            return network.fit(places, scores if scores.shape[1] > 1 else scores[:, 0])


train_iter, load, config = offered(MlpXy)
