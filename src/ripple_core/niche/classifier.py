"""From what is known of cells to labels: logistic regressions on several views of a cell, and how much each is listened to."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from ripple_core.progress import Progress

STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0)
WIDEST = 300
MOST_CELLS, MOST_TO_CHOOSE = 20_000, 4_000
SHARES = 4
LOWEST_LOG = -12.0
Views = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Lesson:
    """Labels (cells,) of the cells that teach, and the fold of each (cells,)."""

    label: np.ndarray
    fold: np.ndarray

    @property
    def classes(self) -> np.ndarray:
        """All labels, sorted."""
        return np.unique(self.label)


@dataclass(frozen=True)
class Classifier:
    """Logistic regressions, each on a view of its own, whose log probabilities are added with weights.

    Parameters
    ----------
    classes
        All labels, sorted.
    regressions, weights
        By view; the weights add up to 1.
    """

    classes: np.ndarray
    regressions: Mapping[str, Pipeline]
    weights: dict[str, float]

    def probability(self, views: Views) -> np.ndarray:
        """Probability (cells, classes) of each label, from views (cells, dim)."""
        heard = [name for name, weight in self.weights.items() if weight]
        parts = [
            self.weights[name] * log_probability(self.regressions[name], views[name], self.classes) for name in heard
        ]
        total = np.sum(parts, axis=0)
        likely = np.exp(total - total.max(axis=1, keepdims=True))
        return np.asarray(likely / likely.sum(axis=1, keepdims=True))

    def label(self, views: Views) -> np.ndarray:
        """The likeliest label (cells,)."""
        return np.asarray(self.classes[self.probability(views).argmax(axis=1)])

    def relearned(self, views: Views, label: np.ndarray, seed: int) -> Classifier:
        """The same regressions fitted on other cells with labels (cells,); how strongly each is held back and listened to stays."""
        again = {
            name: regression(views[name], label, self.regressions[name][-1].C, seed)
            for name, weight in self.weights.items()
            if weight
        }
        return Classifier(np.unique(label), again, self.weights)


@dataclass(frozen=True)
class Learned:
    """One regression for each view, fitted on all cells, and what such regressions say of cells that were left out.

    Parameters
    ----------
    lesson
        What was learned.
    regressions
        By view.
    heard
        By view, log probabilities (cells, classes) for each fold from the others.
    """

    lesson: Lesson
    regressions: dict[str, Pipeline]
    heard: dict[str, np.ndarray]

    def together(self, *names: str) -> Classifier:
        """Some of the views as one classifier: weights in quarters with the most :func:`evidence`, of equal ones the most even."""
        every: Iterable[tuple[int, ...]] = product(range(SHARES + 1), repeat=len(names))
        choices = sorted((parts for parts in every if sum(parts) == SHARES), key=lambda parts: sum(p**2 for p in parts))
        said = [
            np.sum([part * self.heard[name] for part, name in zip(parts, names)], axis=0) / SHARES for parts in choices
        ]
        best = int(np.argmax([evidence(one, self.lesson) for one in said]))
        weights = {name: part / SHARES for name, part in zip(names, choices[best])}
        return Classifier(self.lesson.classes, self.regressions, weights)


def learn_iter(views: Views, lesson: Lesson, seed: int) -> Generator[Progress, None, Learned]:
    """Learn labels from each view (cells, dim); how strongly each regression is held back is chosen by :func:`evidence`."""
    total, done = (len(STRENGTHS) + 1) * len(views), 0
    regressions, heard = {}, {}
    for name, values in views.items():
        tried = {}
        for strength in STRENGTHS:
            yield Progress(done, total, f"learning labels from {name}")
            tried[strength] = _left_out(values, lesson, strength, seed)
            done += 1
        best = max(tried, key=lambda strength: evidence(tried[strength], lesson))
        yield Progress(done, total, f"learning labels from {name}")
        regressions[name], heard[name] = regression(values, lesson.label, best, seed), tried[best]
        done += 1
    return Learned(lesson, regressions, heard)


def _left_out(values: np.ndarray, lesson: Lesson, strength: float, seed: int) -> np.ndarray:
    """Log probabilities (cells, classes) for each fold from the others."""
    found = np.full((len(values), len(lesson.classes)), LOWEST_LOG)
    for fold in np.unique(lesson.fold):
        out = lesson.fold == fold
        if len(set(lesson.label[~out])) > 1:
            one = regression(values[~out], lesson.label[~out], strength, seed, MOST_TO_CHOOSE)
            found[out] = log_probability(one, values[out], lesson.classes)
    return found


def regression(
    values: np.ndarray, label: np.ndarray, strength: float, seed: int, most_cells: int = MOST_CELLS
) -> Pipeline:
    """A logistic regression on values (cells, dim), each standardised; rare labels weigh as much as frequent ones.

    More than 300 columns become as many principal components; of more than ``most_cells`` so many are drawn.
    """
    rows = np.random.default_rng([seed, 73]).permutation(len(values))[:most_cells]
    if len(set(label[rows])) < 2:
        rows = np.arange(len(values))
    steps: list[Any] = [StandardScaler()]
    if values.shape[1] > WIDEST:
        steps.append(PCA(min(WIDEST, len(rows)), svd_solver="randomized", random_state=seed))
    steps.append(LogisticRegression(C=strength, max_iter=200, tol=1e-3, class_weight="balanced"))
    return make_pipeline(*steps).fit(values[rows], label[rows].astype(str))


def log_probability(fitted: Pipeline, values: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Log probability (cells, classes), no lower than −12; that also for labels that the regression has not met."""
    full = np.full((len(values), len(classes)), LOWEST_LOG)
    columns = np.searchsorted(classes.astype(str), fitted.classes_)
    full[:, columns] = np.maximum(fitted.predict_log_proba(values), LOWEST_LOG)
    return full


def macro_f1(true: np.ndarray, given: np.ndarray) -> float:
    """Mean over the labels that occur in ``true`` (cells,) of each label's F1."""
    return float(f1_score(true, given, labels=np.unique(true), average="macro", zero_division=0))


def evidence(log_p: np.ndarray, lesson: Lesson) -> float:
    """Mean over the labels of the mean log probability (cells, classes) that cells of that label give it: rare ones count alike."""
    sure = log_p - np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    true = np.searchsorted(lesson.classes, lesson.label)
    own = sure[np.arange(len(true)), true]
    return float((np.bincount(true, own) / np.bincount(true)).mean())
