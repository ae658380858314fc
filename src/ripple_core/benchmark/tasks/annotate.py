"""Annotation: labels learned on one section and given to another, beside regressions that know no model."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from ripple_core.benchmark.cases import datasets, labelled
from ripple_core.benchmark.cases.labelled import ANNOTATED, LabelledDataset
from ripple_core.benchmark.outside.methods import ANNOTATORS, skipped
from ripple_core.benchmark.scores import bootstrap
from ripple_core.benchmark.scores.comparison import Samples, is_rule, lead_table, leads, models_first, score_table
from ripple_core.benchmark.scores.confusion import BETTER, resampled
from ripple_core.benchmark.task import (
    Bar,
    Chart,
    Estimate,
    Found,
    Job,
    Options,
    Report,
    Table,
    Task,
    Unit,
)
from ripple_core.benchmark.training import Plan, trained
from ripple_core.niche.embedding import embed_iter
from ripple_core.niche.labels import SCORED, parted, patches
from ripple_core.niche.settings import AnnotateSettings
from ripple_core.niche.teach import PLAIN_RULES, VIEWS, teach_iter
from ripple_core.progress import Progress, part, part_of

MINUTES = 3.0
TRAINED_AT, EMBEDDED_AT, TAUGHT_AT = 0.6, 0.75, 0.9
DECIDING = "macro F1"
STATES = ", hidden states alone"
RULE = "logistic regression, own and neighbourhood"
PROTOCOL = (
    "A model learns from the training sections without labels. Then labels are learned from the same sections, read from each cell's "
    "expression, from its neighbourhood's mean (30 cells) and from the hidden states of the model, which stays as it is; how much each is "
    "listened to is chosen on folds of the training sections. Labels are given to the test section. Beside it: the same regressions "
    "without a model, and the hidden states alone. Brackets: 95 % of 1,000 resamples of 32 patches of tissue, the same for every method."
)
PAPER = (
    "Hao et al. 2025, F1 (division / region) after fine-tuning, three MERFISH brain sections: 0.711 / 0.483, 0.549 / 0.392, 0.462 / 0.312; "
    "scANVI 0.309 / 0.222, CellTypist 0.106 / 0.032 on the first. Other sections and other labels than ours.",
)


def units(options: Options) -> list[Unit]:
    """Every model that embeds, on every labelled dataset that is here."""
    return labelled.units(options, ANNOTATED)


def measure(job: Job) -> Generator[Progress, None, Found]:
    """Train one model, learn the labels of its training sections, and give labels to the test section in every way."""
    unit, options = job.unit, job.options
    one = labelled.named(unit.dataset, ANNOTATED)
    split, sections = datasets.load(one.dataset, options), datasets.whole(one.dataset, options)
    plan = Plan(unit.model, split.training, split.validation, one.dataset.name, MINUTES)
    model = yield from part_of(trained(plan, job.folder, options), 0.0, TRAINED_AT)
    settings = AnnotateSettings(seed=unit.seed)
    test = split.test[0]
    lesson = parted([sections[name] for name in one.dataset.training], one.label, unit.seed, test)
    steps = embed_iter(model, lesson.sections, draws=settings.draws, seed=unit.seed)
    embedded = yield from part_of(steps, TRAINED_AT, EMBEDDED_AT)
    teaching = teach_iter(embedded, lesson, settings.neighbors, unit.seed)
    taught = yield from part_of(teaching, EMBEDDED_AT, TAUGHT_AT)
    ways = {unit.model: VIEWS, unit.model + STATES: ("model",), **PLAIN_RULES}
    found = {method: taught.given(*listened) for method, listened in ways.items()}
    given = {method: labels for method, (_, labels) in found.items()}
    scored = lesson.fold[-1] == SCORED
    for number, other in enumerate(ANNOTATORS):
        if other.installed:
            yield part(Progress(number, len(ANNOTATORS), f"labels learned by {other.name}"), TAUGHT_AT, 1.0)
            given[other.name] = other.run(lesson.sections[:-1], lesson.label[:-1], test, unit.seed)[scored]
    names = np.unique(np.concatenate([taught.true, *given.values()]).astype(str))
    codes = {method: np.searchsorted(names, labels.astype(str)).tolist() for method, labels in given.items()}
    return {
        "labels": names.tolist(),
        "true": np.searchsorted(names, taught.true.astype(str)).tolist(),
        "patch": patches(test.xy_um, unit.seed)[scored].tolist(),
        "given": codes,
        "listened_to": found[unit.model][0].weights,
    }


def sampled(finished: list[tuple[Unit, Found]], seed: int) -> Samples:
    """Method → score → values (resamples + 1,); models first, rules stand beside each and are taken once."""
    samples: dict[str, dict[str, np.ndarray]] = {}
    for _, found in finished:
        drawn = bootstrap.weights(range(max(found["patch"]) + 1), seed)
        for method, given in found["given"].items():
            if method not in samples:
                samples[method] = resampled(found["true"], given, found["patch"], drawn)
    return models_first(samples, STATES)


def summarize(finished: list[tuple[Unit, Found]], options: Options) -> Report:
    """Scores and differences to the best rule of each dataset; the bars."""
    tables: list[Table] = []
    series: dict[str, list[tuple[str, Estimate]]] = {}
    bars, chosen = [], []
    for name in dict.fromkeys(unit.dataset for unit, _ in finished):
        one = labelled.named(name, ANNOTATED)
        own = [(unit, found) for unit, found in finished if unit.dataset == name]
        samples = sampled(own, options.seed)
        rules = [method for method in samples if is_rule(method, STATES)]
        tables.append(score_table(f"{one.title}, {len(own[0][1]['labels'])} labels", samples, BETTER))
        tables.append(lead_table(f"{one.title}: models against the best rule", leads(samples, BETTER, rules)))
        tables.append(_listened(one.title, own))
        for method, scores in samples.items():
            series.setdefault(method, []).append((one.short, bootstrap.estimate(scores[DECIDING])))
        bars += _bars(one, samples, {unit.model: found["listened_to"].get("model", 0.0) for unit, found in own})
        chosen.append(one)
    absent = [line for _, found in finished for line in skipped(ANNOTATORS, found["given"])]
    lines = [*labelled.notes(chosen), *labelled.available(options, ANNOTATED)[1], *dict.fromkeys(absent)]
    charts = [Chart("Labels given to another section", "", DECIDING, series)] if series else []
    return Report("Annotation", PROTOCOL, tables, bars, charts, PAPER, tuple(lines))


def _listened(title: str, own: list[tuple[Unit, dict[str, Any]]]) -> Table:
    """How much each model's classifier listens to what."""
    rows = [(unit.model, *(float(found["listened_to"].get(view, 0.0)) for view in VIEWS)) for unit, found in own]
    return Table(f"{title}: what is listened to", ("", *VIEWS), rows)


def _bars(one: LabelledDataset, samples: Samples, listened: dict[str, float]) -> list[Bar]:
    """For each model: is its macro F1 ahead of that of the regression on own and neighbourhood expression, and by the model's doing?"""
    bars = []
    for lead in leads({name: samples[name] for name in (*listened, RULE)}, {DECIDING: 1}, [RULE]):
        values = f"{samples[lead.model][DECIDING][0]:.3f} against {samples[RULE][DECIDING][0]:.3f}"
        words = f"{lead.model} listened to and ahead of {RULE} by {DECIDING}, whole interval, {one.title}"
        share = f"listened to by {listened[lead.model]:.0%}"
        bars.append(
            Bar(words, f"{values}, ahead by {lead.difference}, {share}", lead.ahead and listened[lead.model] > 0)
        )
    return bars


TASK = Task("annotate", "Annotation", PROTOCOL, units, measure, summarize)
