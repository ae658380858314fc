"""A Gaussian process from place to expression, conditioned on the known cells of each scene."""

from __future__ import annotations

from collections.abc import Generator
from itertools import product
from typing import Any

import numpy as np
from pydantic import Field
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

from ripple_core.models.baselines import components
from ripple_core.models.baselines.base import Arrays, Baseline, Predictor, offered
from ripple_core.models.baselines.lesson import Lesson, choose
from ripple_core.models.baselines.neighborhood import nearest_known
from ripple_core.models.contract import Scene
from ripple_core.progress import Progress
from ripple_core.settings import Settings

NAME = "gp"
LENGTH_CHOICES = (12.0, 36.0, 108.0)
"""In distances between neighbouring cells."""
COMPONENT_CHOICES = (20, 60, 200)
NOISE_CHOICES = (0.5, 2.0, 8.0, 32.0)


class GpConfig(Settings):
    """The process and how many cells it is conditioned on."""

    components: int | None = Field(
        None, ge=1, le=500, description="Principal components that are predicted; None: chosen on held-out cells."
    )
    max_cells: int = Field(800, ge=10, description="Known cells to condition on: those nearest to the targets.")
    length_um: float | None = Field(
        None, gt=0, description="Length (µm) over which places are alike; None: chosen on held-out cells."
    )
    noise: float | None = Field(
        None, gt=0, description="Variance of single cells over that of the place; None: chosen on held-out cells."
    )


class Gp(Baseline):
    """Each unseen cell is the posterior mean at its place (exponential kernel), component by component."""

    name, title, Config = NAME, "Gaussian process on coordinates (baseline)", GpConfig
    config: GpConfig

    @classmethod
    def learn(cls, lesson: Lesson, config: GpConfig) -> Generator[Progress, None, tuple[GpConfig, Arrays]]:
        """Choose length and noise, then how many components are worth predicting."""
        yield Progress(0, 2, "choosing length and noise")
        most = config.components or max(COMPONENT_CHOICES)
        basis = components.fit(lesson.training, lesson.space, most, lesson.settings.seed)
        lengths = (
            [share * lesson.pitch_um for share in LENGTH_CHOICES] if config.length_um is None else [config.length_um]
        )
        noises = NOISE_CHOICES if config.noise is None else (config.noise,)
        middle = basis[: config.components or COMPONENT_CHOICES[1]]
        pairs = {(length, noise): {"length_um": length, "noise": noise} for length, noise in product(lengths, noises)}
        config = cls._best({key: (config.model_copy(update=one), middle) for key, one in pairs.items()}, lesson)
        yield Progress(1, 2, "choosing the number of components")
        counts = COMPONENT_CHOICES if config.components is None else (config.components,)
        wider = {n: (config.model_copy(update={"components": n}), basis[:n]) for n in counts}
        config = cls._best(wider, lesson)
        return config, {"components": basis[: config.components]}

    @classmethod
    def _best(cls, candidates: dict[Any, tuple[GpConfig, np.ndarray]], lesson: Lesson) -> GpConfig:
        """The config, of candidates each with its components, that predicts hidden validation cells best."""
        if len(candidates) == 1:
            return next(iter(candidates.values()))[0]
        models = {key: cls(one, lesson.space, arrays={"components": basis}) for key, (one, basis) in candidates.items()}
        return candidates[choose(models, lesson)][0]

    def predictor(self, scene: Scene) -> Predictor:
        """Condition on the nearest known cells of all lines at once: they share their places."""
        known = nearest_known(scene, self.config.max_cells)
        basis = self.arrays["components"]
        scores = components.project(scene.known_expression[:, known], self.space, basis)
        level = scores.mean(axis=1, keepdims=True)
        columns = np.moveaxis(scores - level, 0, 1).reshape(len(known), -1)
        kernel = Matern(self.config.length_um or 1.0, "fixed", nu=0.5)
        process = GaussianProcessRegressor(kernel, alpha=self.config.noise or 1.0, optimizer=None)
        process.fit(scene.known_xy_um[known], columns)

        def predict(targets: np.ndarray) -> np.ndarray:
            found = process.predict(scene.target_xy_um[targets]).reshape(len(targets), scene.lines, len(basis))
            return components.restore(np.moveaxis(found, 1, 0) + level, self.space, basis)

        return predict


train_iter, load, config = offered(Gp)
