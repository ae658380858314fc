"""What all baselines share: a config, a space and arrays in a checkpoint folder, and generation that feeds nothing back."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from scipy import sparse

from ripple_core.expression import ExpressionSpace
from ripple_core.models import checkpoint
from ripple_core.models.baselines.lesson import Cells, Lesson
from ripple_core.models.card import model_card
from ripple_core.models.contract import Generated, GenerationSettings, Scene
from ripple_core.progress import Progress
from ripple_core.section import Section
from ripple_core.settings import Settings
from ripple_core.training.config import TrainSettings
from ripple_core.training.device import choose_device

GROUP = 16
Predictor = Callable[[np.ndarray], np.ndarray]
Arrays = dict[str, np.ndarray]


class Baseline(ABC):
    """A plain rule as a model.

    Parameters
    ----------
    config
        Its own settings, with every number that was left open chosen.
    space
        The expression space of the training sections.
    record
        How it was learned: steps, seconds, parameters, and later the held-out scores.
    arrays
        What it has learned, by name.

    A rule with ``holds_lines`` compares lines in its predictor, and sees itself which cells each has; others get only lines that
    have the same cells.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    Config: ClassVar[type[Settings]]
    device = "cpu"
    holds_lines: ClassVar[bool] = False

    def __init__(
        self, config: Any, space: ExpressionSpace, record: dict[str, Any] | None = None, arrays: Arrays | None = None
    ) -> None:
        self.config, self.space, self.record, self.arrays = config, space, record or {}, arrays or {}

    @abstractmethod
    def predictor(self, scene: Scene) -> Predictor:
        """Make ready for one scene: a function from rows of its targets (cells,) to expression (lines, cells, genes)."""

    @classmethod
    def learn(cls, lesson: Lesson, config: Any) -> Generator[Progress, None, tuple[Any, Arrays]]:
        """Choose what the config leaves open and learn the arrays; a plain rule has nothing to learn."""
        yield Progress(1, 1, "done")
        return config, {}

    def generate(self, scene: Scene, settings: GenerationSettings) -> Iterator[Generated]:
        """All targets from the known cells, some at a time; without known cells the training mean."""
        predict = self._ready(scene)
        for start in range(0, len(scene.target_xy_um), GROUP):
            targets = np.arange(start, min(start + GROUP, len(scene.target_xy_um)))
            yield Generated(targets, np.asarray(predict(targets), dtype=np.float32))

    def _ready(self, scene: Scene) -> Predictor:
        """The predictor of any scene: lines that have other cells are made ready each for their own."""
        if scene.present is None or self.holds_lines:
            return self.predictor(scene) if len(scene.known_xy_um) else self._mean(scene)
        parts = [(lines, self._ready(part)) for lines, part in scene.by_presence()]

        def predict(targets: np.ndarray) -> np.ndarray:
            found = np.empty((scene.lines, len(targets), len(self.space.mean)), dtype=np.float32)
            for lines, of_part in parts:
                found[lines] = of_part(targets)
            return found

        return predict

    def _mean(self, scene: Scene) -> Predictor:
        return lambda targets: np.broadcast_to(self.space.mean, (scene.lines, len(targets), len(self.space.mean)))

    def save(self, path: str | Path) -> None:
        """Write the checkpoint folder, whole or not at all."""
        empty = {"empty": np.zeros(1, dtype=np.float32)}
        config = self.config.model_dump(mode="json")
        stored = checkpoint.Stored(self.name, config, self.space, empty, self.arrays or empty, self.record)
        checkpoint.write(path, stored, model_card(self.title, stored))


def offered(rule: type[Baseline]) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """What the module of a model offers, for one baseline: ``train_iter``, ``load`` and ``config``."""

    def train_iter(
        sections: list[Section],
        held_out: list[Section],
        config: Any,
        settings: TrainSettings,
        folder: Path | None = None,
        resume: bool = False,
    ) -> Generator[Progress, None, Baseline]:
        """Learn the expression space and the rule's own numbers; returns the model."""
        yield Progress(0, 1, "learning the expression space")
        started = time.monotonic()
        space = ExpressionSpace.fit(sparse.vstack([s.counts for s in sections]).tocsr(), sections[0].genes)
        training, watched = ([Cells(s.xy_um, space.encode(s)[0]) for s in part] for part in (sections, held_out))
        lesson = Lesson(space, training, watched, settings)
        chosen, arrays = yield from rule.learn(lesson, config or rule.Config())
        parameters = int(sum(array.size for array in arrays.values()))
        record = {"steps": 0, "seconds": round(time.monotonic() - started, 1), "parameters": parameters}
        return rule(chosen, space, {**record, "chosen": chosen.model_dump(mode="json")}, arrays)

    def load(stored: checkpoint.Stored, device: str, path: str | Path) -> Baseline:
        """The model from what a checkpoint folder holds."""
        choose_device(device)  # says so when the one asked for is absent; a plain rule needs none
        arrays = {name: np.asarray(array) for name, array in stored.weights.items() if name != "empty"}
        return rule(rule.Config(**stored.config), stored.space, stored.record, arrays)

    def config(values: dict[str, Any]) -> Settings:
        """The config of plain values."""
        return rule.Config(**values)

    return train_iter, load, config
