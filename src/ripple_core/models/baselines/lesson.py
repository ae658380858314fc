"""What a baseline learns from: cells of training and validation sections, and hidden discs by which its one number is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np
from scipy.spatial import cKDTree

from ripple_core.expression import ExpressionSpace
from ripple_core.models.baselines.agreement import per_gene_pearson
from ripple_core.models.contract import Scene
from ripple_core.training.config import TrainSettings

HIDDEN_SIZES = (20, 60, 150)
HIDDEN_DISCS = 18
CONTEXT_UM = 600.0
Choice = TypeVar("Choice")


class Rule(Protocol):
    """What is chosen among: it makes ready for a scene, and gives the expression (lines, cells, genes) of rows of its targets."""

    def predictor(self, scene: Scene) -> Callable[[np.ndarray], np.ndarray]: ...


@dataclass(frozen=True)
class Cells:
    """Cells of one section: positions (cells, 2) in µm and log-normalised expression (cells, genes)."""

    xy_um: np.ndarray
    expression: np.ndarray

    @cached_property
    def tree(self) -> cKDTree:
        """The positions, ready to be searched."""
        return cKDTree(self.xy_um)

    def disc(self, center: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the ``size`` cells nearest to a place (2,), and of all others up to 600 µm around them."""
        size = min(size, max(1, len(self.xy_um) // 4))
        distance, inside = self.tree.query(center, k=[*range(1, size + 1)])
        around = np.array(self.tree.query_ball_point(center, float(distance[-1]) + CONTEXT_UM), dtype=np.int64)
        return inside, np.setdiff1d(around, inside)


@dataclass(frozen=True)
class Lesson:
    """The sections to learn from and those to choose by; where none are held out, the training sections serve for both."""

    space: ExpressionSpace
    training: list[Cells]
    held_out: list[Cells]
    settings: TrainSettings

    @property
    def validation(self) -> list[Cells]:
        """The cells by which a number is chosen."""
        return self.held_out or self.training

    @cached_property
    def pitch_um(self) -> float:
        """Median distance (µm) from a training cell to its nearest other."""
        nearest = [cells.tree.query(cells.xy_um, k=2)[0][:, 1] for cells in self.training]
        return max(1e-3, float(np.median(np.concatenate(nearest))))

    def hidden(self) -> Iterator[tuple[Scene, np.ndarray]]:
        """Hidden discs of the validation sections as scenes, each with the true expression (cells, genes) of its targets."""
        for number in range(HIDDEN_DISCS):
            cells = self.validation[number % len(self.validation)]
            rng = np.random.default_rng([self.settings.seed, number, 43])
            inside, around = cells.disc(cells.xy_um[rng.integers(len(cells.xy_um))], HIDDEN_SIZES[number % 3])
            scene = Scene(cells.xy_um[around], cells.expression[around][None], cells.xy_um[inside])
            yield scene, cells.expression[inside]


def choose(candidates: Mapping[Choice, Rule], lesson: Lesson) -> Choice:
    """The candidate that predicts hidden validation cells best, by per-gene correlation."""
    predicted: dict[Choice, list[np.ndarray]] = {key: [] for key in candidates}
    true = []
    for scene, expression in lesson.hidden():
        true.append(expression)
        for key, model in candidates.items():
            predicted[key].append(model.predictor(scene)(np.arange(len(expression)))[0])
    everything = np.concatenate(true)
    scores = {key: per_gene_pearson(np.concatenate(values), everything) for key, values in predicted.items()}
    return max(scores, key=lambda key: scores[key])
