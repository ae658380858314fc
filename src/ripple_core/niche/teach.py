"""Teaching: what labels may be read from, and labels learned from some cells and given to those that were kept apart."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from ripple_core.niche.classifier import Classifier, Learned, Lesson, learn_iter
from ripple_core.niche.embedding import Embedding
from ripple_core.niche.labels import SCORED, Labelled
from ripple_core.progress import Progress

VIEWS = ("expression", "surroundings", "model")
PLAIN_RULES = {
    "logistic regression, own expression": ("expression",),
    "logistic regression, own and neighbourhood": ("surroundings",),
    "both regressions together": ("expression", "surroundings"),
}


def views(part: Embedding, neighbors: int) -> dict[str, np.ndarray]:
    """What labels are read from, each (cells, dim): the cell, the cell with its neighbours' mean, and what the model makes of it."""
    return {
        "expression": (expression := part.expression()),
        "surroundings": np.hstack([expression, part.around(expression, neighbors)]),
        "model": np.hstack([part.place, part.own, part.around(part.own, neighbors)]),
    }


@dataclass(frozen=True)
class Taught:
    """What was learned, the views of the cells that taught, and of the cells kept apart with their true labels (cells,)."""

    learned: Learned
    known: dict[str, np.ndarray]
    held_out: dict[str, np.ndarray]
    true: np.ndarray

    def given(self, *listened: str) -> tuple[Classifier, np.ndarray]:
        """A classifier of some of the views, and the labels (cells,) that it gives to the cells kept apart."""
        classifier = self.learned.together(*listened)
        return classifier, classifier.label(self.held_out)

    def from_all(self, classifier: Classifier, seed: int) -> Classifier:
        """The classifier learned anew from all cells, once those kept apart have done their service."""
        every = {view: np.concatenate([values, self.held_out[view]]) for view, values in self.known.items()}
        return classifier.relearned(every, np.concatenate([self.learned.lesson.label, self.true]), seed)


def teach_iter(
    embedded: Sequence[Embedding], lesson: Labelled, neighbors: int, seed: int
) -> Generator[Progress, None, Taught]:
    """Learn from the cells of the lesson that teach, a Progress a regression; ``embedded`` are its sections."""
    label, fold = np.concatenate(lesson.label), np.concatenate(lesson.fold)
    taught, scored = fold >= 0, fold == SCORED
    each = [views(part, neighbors) for part in embedded]
    seen = {view: np.concatenate([one[view] for one in each]) for view in each[0]}
    known = {view: values[taught] for view, values in seen.items()}
    learned = yield from learn_iter(known, Lesson(label[taught], fold[taught]), seed)
    return Taught(learned, known, {view: values[scored] for view, values in seen.items()}, label[scored])
