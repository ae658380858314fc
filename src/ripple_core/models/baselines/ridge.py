"""Ridge regression on means of the neighbourhood at several scales."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from pydantic import Field
from scipy.spatial import cKDTree

from ripple_core.models.baselines import components
from ripple_core.models.baselines.base import Arrays, Baseline, Predictor, offered
from ripple_core.models.baselines.lesson import Lesson, choose
from ripple_core.models.baselines.neighborhood import examples, features
from ripple_core.models.contract import Scene
from ripple_core.progress import Progress
from ripple_core.settings import Settings

NAME = "ridge"
ALPHA_CHOICES = (1e2, 1e3, 1e4, 1e5, 1e6)


class RidgeConfig(Settings):
    """What the regression reads, and how strongly it is held back."""

    components: int = Field(30, ge=1, le=500, description="Principal components whose neighbourhood means are read.")
    examples: int = Field(8000, ge=50, description="Hidden training cells to learn from.")
    alpha: float | None = Field(None, gt=0, description="Strength of the penalty; None: chosen on held-out cells.")


class Ridge(Baseline):
    """Each unseen cell is a linear function of the mean components of its 1 to 100 nearest known cells."""

    name, title, Config = NAME, "Ridge regression on neighbourhood means (baseline)", RidgeConfig
    config: RidgeConfig

    @classmethod
    def learn(cls, lesson: Lesson, config: RidgeConfig) -> Generator[Progress, None, tuple[RidgeConfig, Arrays]]:
        """Hide training cells, regress their expression on what lies around them, choose the penalty."""
        yield Progress(0, 2, "hiding training cells")
        space, seed = lesson.space, lesson.settings.seed
        basis = components.fit(lesson.training, space, config.components, seed)
        scores = [components.project(cells.expression, space, basis) for cells in lesson.training]
        rng = np.random.default_rng([seed, 47])
        pairs = list(examples(lesson.training, scores, lesson.pitch_um, config.examples, rng))
        seen = np.concatenate([pair[0] for pair in pairs])
        z = (np.concatenate([pair[1] for pair in pairs]) - space.mean) / space.std
        yield Progress(1, 2, "choosing the penalty")
        shared = {"components": basis, "pitch_um": np.array([lesson.pitch_um])}
        alphas = ALPHA_CHOICES if config.alpha is None else (config.alpha,)
        arrays = {alpha: {**shared, **solved} for alpha, solved in _solve(seen, z, alphas).items()}
        models = {alpha: cls(config, space, arrays=found) for alpha, found in arrays.items()}
        best = choose(models, lesson) if len(models) > 1 else alphas[0]
        return config.model_copy(update={"alpha": best}), arrays[best]

    def predictor(self, scene: Scene) -> Predictor:
        """Read the neighbourhood of each target, and apply the weights."""
        learned = self.arrays
        tree, pitch = cKDTree(scene.known_xy_um), float(learned["pitch_um"][0])
        scores = components.project(scene.known_expression, self.space, learned["components"])

        def predict(targets: np.ndarray) -> np.ndarray:
            seen = features(tree, scores, scene.target_xy_um[targets], pitch)
            z = (seen - learned["center"]) / learned["scale"] @ learned["weights"] + learned["intercept"]
            return components.from_z(z, self.space)

        return predict


def _solve(seen: np.ndarray, z: np.ndarray, alphas: tuple[float, ...]) -> dict[float, Arrays]:
    """Weights for each penalty from one decomposition, of features (cells, features) and z-scored expression (cells, genes)."""
    center, scale = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-6)
    x, intercept = (seen - center) / scale, z.mean(axis=0)
    values, vectors = np.linalg.eigh(x.T @ x)
    right = vectors.T @ (x.T @ (z - intercept))
    rest = {"center": center, "scale": scale, "intercept": intercept}
    return {alpha: {**rest, "weights": vectors @ (right / (values + alpha)[:, None])} for alpha in alphas}


train_iter, load, config = offered(Ridge)
