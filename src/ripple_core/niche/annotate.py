"""Annotation: labels learned from annotated sections and given to the cells of another one, with a score on held-out cells."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import anndata as ad
import numpy as np

from ripple_core.errors import DataError, sentence
from ripple_core.models.contract import Model, can_embed
from ripple_core.niche import result
from ripple_core.niche.classifier import Classifier, macro_f1
from ripple_core.niche.embedding import Embedding, embed_iter
from ripple_core.niche.labels import Labelled, label_key, labels_of, parted
from ripple_core.niche.settings import AnnotateSettings
from ripple_core.niche.teach import PLAIN_RULES, VIEWS, teach_iter, views
from ripple_core.perturb.result import input_hash
from ripple_core.progress import Progress, finished
from ripple_core.section import Section

PATCHES_NOTE = (
    "Only one section has labels, so the score is on patches of it: cells at their edges share surroundings with cells that "
    "taught. A second annotated section gives a stricter score."
)
COMPUTED = "Labels read from observed cells by a model; nothing in layers or X was generated."


@dataclass(frozen=True)
class Scores:
    """Macro F1 and accuracy on held-out cells, by method; the model first."""

    table: dict[str, dict[str, float]]
    scored_on: str
    cells: int

    @property
    def verdict(self) -> str:
        """One sentence: is the model ahead of the best plain rule?"""
        (own, mine), *rules = ((name, values["macro F1"]) for name, values in self.table.items())
        best, theirs = max(rules, key=lambda rule: rule[1])
        numbers = f"macro F1 {mine:.3f} against {theirs:.3f}, {self.cells:,} held-out cells of {self.scored_on}"
        if mine > theirs:
            return f"{own} is ahead of {best} ({numbers})."
        return f"{own} is not ahead of {best} ({numbers}): the plain rule would label these cells as well or better."


def annotate_iter(
    data: ad.AnnData | Section,
    model: Model,
    train_on: Sequence[ad.AnnData | Section] | ad.AnnData | Section,
    label: str | None = None,
    *,
    section_key: str | None = None,
    **settings: Any,
) -> Generator[Progress, None, ad.AnnData]:
    """Annotate a section, a Progress a step; returns the result of :func:`annotate`."""
    chosen, started = AnnotateSettings(**settings), time.monotonic()
    can_embed(model)
    whole = result.taken(data)
    given = train_on if isinstance(train_on, Sequence) else [train_on]
    teachers = [part for one in given for part in result.taken(one).split(section_key)]
    targets = whole.split(section_key)
    key, lesson = _lesson(targets, teachers, label, chosen.seed)
    names, hashes = [section.name for section in teachers], [input_hash(section) for section in lesson.sections]
    others = [section for section in targets if input_hash(section) not in hashes]
    embedded = yield from embed_iter(model, [*lesson.sections, *others], draws=chosen.draws, seed=chosen.seed)
    by_hash = dict(zip([*hashes, *map(input_hash, others)], embedded))
    classifier, scores = yield from _learn(embedded[: len(hashes)], lesson, model.name, chosen)
    parts = [by_hash[input_hash(section)] for section in targets]
    facts = {
        "computed": COMPUTED,
        "label": key,
        "labels": [str(name) for name in classifier.classes],
        "recipe": {"train_on": names, "label": key},
        "train_on_hashes": [input_hash(section) for section in teachers],
        "scores": scores.table,
        "scored_on": scores.scored_on,
        "scored_cells": scores.cells,
        "verdict": scores.verdict,
        "listened_to": classifier.weights,
        "notes": [PATCHES_NOTE] if scores.scored_on.startswith("patches") else [],
    }
    probability = [classifier.probability(views(part, chosen.neighbors)) for part in parts]
    found = _result(whole, parts, np.concatenate(probability), classifier)
    seconds = time.monotonic() - started
    found.uns["ripple"] = result.record("annotate", whole, model, chosen, seconds=seconds, facts=facts)
    return found


def annotate(
    data: ad.AnnData | Section,
    model: Model,
    train_on: Sequence[ad.AnnData | Section] | ad.AnnData | Section,
    label: str | None = None,
    **settings: Any,
) -> ad.AnnData:
    """The section with ``obs["ripple_label"]`` and ``obs["ripple_label_confidence"]`` (the label's probability, 0 to 1).

    Parameters
    ----------
    data
        The section, or several in one table, to be labelled. Where it has labels of its own and is not learned from, the score
        is that on its own cells.
    model
        A model that embeds: gest or gest-plus.
    train_on
        Annotated sections.
    label
        The column of obs that holds the labels; None takes the usual one.
    **settings
        Fields of :class:`AnnotateSettings`, and ``section_key``.

    Raises
    ------
    DataError, CheckpointError
        For sections without labels or with one label only, too few cells, a model that does not embed or knows other genes.
    """
    return finished(annotate_iter(data, model, train_on, label, **settings))


def _lesson(targets: list[Section], teachers: list[Section], label: str | None, seed: int) -> tuple[str, Labelled]:
    """The key of the labels, and who teaches and who scores; a target with labels that teaches nothing scores."""
    if not teachers:
        raise DataError(sentence("at least one annotated section", "none", "Pass it with --train-on"))
    key, taught = label_key(teachers, label), {input_hash(section) for section in teachers}
    tests = [
        section
        for section in targets
        if key in section.obs and input_hash(section) not in taught and (labels_of(section, key) != "").any()
    ]
    return key, parted(teachers, key, seed, tests[0] if tests else None)


def _learn(
    embedded: list[Embedding], lesson: Labelled, name: str, chosen: AnnotateSettings
) -> Generator[Progress, None, tuple[Classifier, Scores]]:
    """Learn from the sections, and score on the cells that were kept apart, beside the plain rules.

    Cells that were kept apart from what the user gave to learn from teach as well, once the score is known.
    """
    taught = yield from teach_iter(embedded, lesson, chosen.neighbors, chosen.seed)
    found = {method: taught.given(*listened) for method, listened in {name: VIEWS, **PLAIN_RULES}.items()}
    table = {method: _scores(taught.true, given) for method, (_, given) in found.items()}
    classifier, scores = found[name][0], Scores(table, lesson.scored_on, len(taught.true))
    return (taught.from_all(classifier, chosen.seed) if lesson.among_teachers else classifier), scores


def _scores(true: np.ndarray, given: np.ndarray) -> dict[str, float]:
    right = float((true == given).mean()) if len(true) else float("nan")
    return {"macro F1": macro_f1(true.astype(str), given.astype(str)), "accuracy": right}


def _result(whole: Section, parts: list[Embedding], probability: np.ndarray, classifier: Classifier) -> ad.AnnData:
    found = whole.to_anndata()
    likely = result.in_file_order(whole, parts, probability)
    found.obs["ripple_label"] = result.named(whole, likely.argmax(axis=1), [str(name) for name in classifier.classes])
    found.obs["ripple_label_confidence"] = likely.max(axis=1).astype(np.float32)
    return found
