"""A small neural network on pseudobulks of the neighbourhood at several scales."""

from __future__ import annotations

import time
from collections.abc import Generator

import numpy as np
from pydantic import Field
from scipy.spatial import cKDTree
from sklearn.neural_network import MLPRegressor

from ripple_core.models.baselines import components
from ripple_core.models.baselines.base import Arrays, Baseline, Predictor, offered
from ripple_core.models.baselines.lesson import HIDDEN_DISCS, Lesson
from ripple_core.models.baselines.neighborhood import examples, features
from ripple_core.models.contract import Scene
from ripple_core.progress import Progress
from ripple_core.settings import Settings

NAME = "mlp"
WATCHED_PER_DISC = 80
PATIENCE = 5


class MlpConfig(Settings):
    """What the network reads, and its size."""

    components: int = Field(30, ge=1, le=500, description="Principal components whose neighbourhood means are read.")
    examples: int = Field(12000, ge=50, description="Hidden training cells to learn from.")
    width: int = Field(128, ge=4, le=4096, description="Units of each of the two hidden layers.")
    epochs: int = Field(60, ge=1, description="Most passes over the examples; stopped early on held-out cells.")
    decay: float = Field(0.1, ge=0, description="Penalty on the weights.")


class Mlp(Baseline):
    """Each unseen cell is a network's answer to the mean components of its 1 to 100 nearest known cells."""

    name, title, Config = NAME, "Neural network on neighbourhood means (baseline)", MlpConfig
    config: MlpConfig

    @classmethod
    def learn(cls, lesson: Lesson, config: MlpConfig) -> Generator[Progress, None, tuple[MlpConfig, Arrays]]:
        """Hide training cells and fit the network to them until hidden validation cells get no better."""
        yield Progress(0, config.epochs, "hiding training cells")
        space, seed = lesson.space, lesson.settings.seed
        basis = components.fit(lesson.training, space, config.components, seed)
        seen, z = _hidden(lesson, basis, config.examples, watched=False)
        watched = _hidden(lesson, basis, WATCHED_PER_DISC * HIDDEN_DISCS, watched=True)
        center, scale = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-6)
        pairs = [((part - center) / scale, target) for part, target in ((seen, z), watched)]
        layers = yield from _fit(pairs[0], pairs[1], config, lesson)
        rest = {"components": basis, "pitch_um": np.array([lesson.pitch_um]), "center": center, "scale": scale}
        return config, rest | layers

    def predictor(self, scene: Scene) -> Predictor:
        """Read the neighbourhood of each target, and ask the network."""
        learned = self.arrays
        tree, pitch = cKDTree(scene.known_xy_um), float(learned["pitch_um"][0])
        scores = components.project(scene.known_expression, self.space, learned["components"])

        def predict(targets: np.ndarray) -> np.ndarray:
            x = (features(tree, scores, scene.target_xy_um[targets], pitch) - learned["center"]) / learned["scale"]
            for layer in range(2):
                x = np.maximum(x @ learned[f"weights.{layer}"] + learned[f"bias.{layer}"], 0.0)
            return components.from_z(x @ learned["weights.2"] + learned["bias.2"], self.space)

        return predict


def _hidden(lesson: Lesson, basis: np.ndarray, count: int, *, watched: bool) -> tuple[np.ndarray, np.ndarray]:
    """Features (cells, features) and z-scored expression (cells, genes) of hidden cells, to learn from or to watch."""
    sections = lesson.validation if watched else lesson.training
    scores = [components.project(cells.expression, lesson.space, basis) for cells in sections]
    rng = np.random.default_rng([lesson.settings.seed, 53 + watched])
    pairs = list(examples(sections, scores, lesson.pitch_um, count, rng))
    expression = np.concatenate([pair[1] for pair in pairs])
    return np.concatenate([pair[0] for pair in pairs]), (expression - lesson.space.mean) / lesson.space.std


def _fit(
    training: tuple[np.ndarray, np.ndarray], watched: tuple[np.ndarray, np.ndarray], config: MlpConfig, lesson: Lesson
) -> Generator[Progress, None, Arrays]:
    """The layers of the epoch with the smallest squared error on the watched cells."""
    network = MLPRegressor(
        hidden_layer_sizes=(config.width,) * 2, alpha=config.decay, random_state=lesson.settings.seed
    )
    least, stale, started = np.inf, 0, time.monotonic()
    kept: Arrays = {}
    for epoch in range(config.epochs):
        network.partial_fit(*training)
        error = float(((network.predict(watched[0]) - watched[1]) ** 2).mean())
        stale = 0 if error < least else stale + 1
        if stale == 0:
            least, kept = error, _layers(network)
        yield Progress(epoch + 1, config.epochs, f"held out {error:.4f}")
        if stale > PATIENCE or time.monotonic() - started > lesson.settings.max_minutes * 60:
            break
    return kept


def _layers(network: MLPRegressor) -> Arrays:
    weights = {f"weights.{i}": array.copy() for i, array in enumerate(network.coefs_)}
    return weights | {f"bias.{i}": array.copy() for i, array in enumerate(network.intercepts_)}


train_iter, load, config = offered(Mlp)
