"""The mean of the k nearest known cells: the rule a model must beat."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field
from scipy import sparse
from scipy.spatial import cKDTree

from ripple_core.expression import ExpressionSpace
from ripple_core.models import checkpoint
from ripple_core.models.card import model_card
from ripple_core.models.contract import Generated, GenerationSettings, Scene
from ripple_core.progress import Progress
from ripple_core.section import Section
from ripple_core.settings import Settings
from ripple_core.training.config import TrainSettings
from ripple_core.training.device import choose_device

NAME = "knn"
GROUP = 16


class KnnConfig(Settings):
    """The one number of this baseline."""

    neighbors: int = Field(10, ge=1, le=1000, description="How many of the nearest known cells are averaged.")


class Knn:
    """Each unseen cell is the mean of its k nearest known cells; nothing is learned but the genes' statistics."""

    name = NAME
    device = "cpu"

    def __init__(self, config: KnnConfig, space: ExpressionSpace, record: dict[str, Any]) -> None:
        self.config, self.space, self.record = config, space, record

    def generate(self, scene: Scene, settings: GenerationSettings) -> Iterator[Generated]:
        """Average the known neighbours of each target; generated cells are not fed back."""
        k = min(self.config.neighbors, len(scene.known_xy_um))
        tree = cKDTree(scene.known_xy_um)
        for start in range(0, len(scene.target_xy_um), GROUP):
            targets = np.arange(start, min(start + GROUP, len(scene.target_xy_um)))
            near = tree.query(scene.target_xy_um[targets], k=k)[1].reshape(len(targets), k)
            yield Generated(targets, scene.known_expression[:, near].mean(axis=2))

    def save(self, path: str | Path) -> None:
        """Write the checkpoint folder, whole or not at all."""
        empty = {"empty": np.zeros(1, dtype=np.float32)}
        stored = checkpoint.Stored(NAME, self.config.model_dump(), self.space, empty, empty, self.record)
        checkpoint.write(path, stored, model_card("Nearest neighbours (baseline)", stored))


def load(stored: checkpoint.Stored, device: str, path: str | Path) -> Knn:
    """A kNN baseline from what a checkpoint folder holds."""
    choose_device(device)  # says so when the one asked for is absent; this rule needs none
    return Knn(KnnConfig(**stored.config), stored.space, stored.record)


def train_iter(
    sections: list[Section],
    held_out: list[Section],
    config: KnnConfig | None,
    settings: TrainSettings,
    folder: Path | None = None,
    resume: bool = False,
) -> Generator[Progress, None, Knn]:
    """Learn the expression space; returns the :class:`Knn`."""
    yield Progress(0, 1, "learning the expression space")
    counts = sparse.vstack([s.counts for s in sections]).tocsr()
    space = ExpressionSpace.fit(counts, sections[0].genes)
    yield Progress(1, 1, "done")
    return Knn(config or KnnConfig(), space, {"steps": 0, "seconds": 0.0, "parameters": 0})


def config(values: dict[str, Any]) -> KnnConfig:
    """The config of plain values."""
    return KnnConfig(**values)
