"""Niches: places of labelled sections grouped without any label, beside groups of raw expression and of neighbourhood means."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from ripple_core.benchmark.cases import datasets, labelled
from ripple_core.benchmark.cases.labelled import NICHES, LabelledDataset
from ripple_core.benchmark.outside.methods import GROUPERS, skipped
from ripple_core.benchmark.scores import bootstrap
from ripple_core.benchmark.scores.comparison import Samples, is_rule, lead_table, leads, models_first, score_table
from ripple_core.benchmark.scores.partitions import BETTER, resampled, tables
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
from ripple_core.niche.clusters import clustered
from ripple_core.niche.embedding import Embedding, embed_iter, niche_vectors, plain_vectors
from ripple_core.niche.labels import labels_of, patches
from ripple_core.niche.settings import NicheSettings
from ripple_core.progress import Progress, part, part_of

MINUTES = 3.0
TRAINED_AT, EMBEDDED_AT, GROUPED_AT = 0.8, 0.9, 0.95
STARTS, RESAMPLES = 5, 200
PLAIN_NEIGHBORS = 30
DECIDING = "AMI"
HIDDEN = ", hidden state"
RULES = ("raw expression", "neighbourhood means")
PROTOCOL = (
    "A model learns from sections without any label; then every place of a test section is embedded, and the places are grouped by "
    "K-means on 20 principal components into as many groups as the section has labels: the same for everybody, mean of 5 starts. Beside "
    f"it: raw expression, and the mean of the {PLAIN_NEIGHBORS} nearest cells (best of 20, 30, 50 and 70 on the sections marked below), "
    "made into components in the same way; means over cells in alike places where not a model but neighbourhood means tell what is alike. "
    "'Hidden state' is the paper's embedding alone. CellCharter, GraphST and SpaGCN, where they are installed, group the same sections in "
    "their own ways, with the same number of groups. Brackets: 95 % of 200 resamples of 32 patches of tissue, the same for every method."
)
PAPER = (
    "Hao et al. 2025, zero-shot AMI (division / region) on three MERFISH brain sections: 0.344 / 0.406, 0.550 / 0.535, 0.460 / 0.472, "
    "against STAGATE, GraphST, NicheCompass, SpaGCN and raw expression. Other sections and other labels than ours.",
)


def units(options: Options) -> list[Unit]:
    """Every model that embeds, on every labelled dataset that is here."""
    return labelled.units(options, NICHES)


def measure(job: Job) -> Generator[Progress, None, Found]:
    """Train one model, embed the test section, and group its places in every way."""
    unit, options = job.unit, job.options
    one = labelled.named(unit.dataset, NICHES)
    split = datasets.load(one.dataset, options)
    plan = Plan(unit.model, split.training, split.validation, one.dataset.name, MINUTES)
    model = yield from part_of(trained(plan, job.folder, options), 0.0, TRAINED_AT)
    settings = NicheSettings(seed=unit.seed)
    embedding = yield from part_of(
        embed_iter(model, split.test[:1], draws=settings.draws, seed=unit.seed), TRAINED_AT, EMBEDDED_AT
    )
    named = labels_of(split.test[0], one.label)
    names, label = np.unique(named[named != ""].astype(str), return_inverse=True)
    groups: dict[str, list[Any]] = {}
    seeds = [100 * unit.seed + start for start in range(STARTS)]
    every = vectors(embedding, unit.model, settings)
    for number, (method, values) in enumerate(every.items()):
        yield part(Progress(number, len(every), f"grouping places by {method}"), EMBEDDED_AT, GROUPED_AT)
        starts = [clustered(values, len(names), seed).label for seed in seeds]
        groups[method] = [found[named != ""].tolist() for found in starts]
    for number, other in enumerate(one for one in GROUPERS if one.installed):
        yield part(Progress(number, len(GROUPERS), f"grouping places by {other.name}"), GROUPED_AT, 1.0)
        groups[other.name] = [other.run(split.test[0], len(names), seed)[named != ""].tolist() for seed in seeds]
    patch = patches(split.test[0].xy_um, unit.seed)[named != ""]
    return {"labels": names.tolist(), "label": label.tolist(), "patch": patch.tolist(), "groups": groups}


def vectors(embedding: Sequence[Embedding], model: str, settings: NicheSettings) -> dict[str, np.ndarray]:
    """What is grouped (cells, components), by method; the model first."""
    seed, wide = settings.seed, settings.neighbors
    return {
        model: niche_vectors(embedding, neighbors=wide, kind="guided", seed=seed),
        model + HIDDEN: niche_vectors(embedding, neighbors=wide, kind="hidden", seed=seed),
        **plain_vectors(embedding, neighbors=PLAIN_NEIGHBORS, alike_neighbors=wide, seed=seed),
    }


def sampled(finished: list[tuple[Unit, Found]], seed: int) -> Samples:
    """Method → score → values (resamples + 1,), mean of the starts; models first, rules stand beside each and are taken once."""
    samples: dict[str, dict[str, np.ndarray]] = {}
    for _, found in finished:
        drawn = bootstrap.weights(range(max(found["patch"]) + 1), seed, RESAMPLES)
        for method, starts in found["groups"].items():
            if method not in samples:
                counts = [tables(found["label"], groups, found["patch"]) for groups in starts]
                scores = [resampled(one, drawn) for one in counts]
                samples[method] = {name: np.mean([score[name] for score in scores], axis=0) for name in BETTER}
    return models_first(samples, HIDDEN)


def summarize(finished: list[tuple[Unit, Found]], options: Options) -> Report:
    """Scores and differences to the best rule of each dataset; the bars."""
    report_tables: list[Table] = []
    series: dict[str, list[tuple[str, Estimate]]] = {}
    bars, chosen = [], []
    for name in dict.fromkeys(unit.dataset for unit, _ in finished):
        one = labelled.named(name, NICHES)
        own = [(unit, found) for unit, found in finished if unit.dataset == name]
        samples = sampled(own, options.seed)
        rules = [method for method in samples if is_rule(method, HIDDEN)]
        report_tables.append(score_table(f"{one.title}: {len(own[0][1]['labels'])} groups", samples, BETTER))
        report_tables.append(lead_table(f"{one.title}: models against the best rule", leads(samples, BETTER, rules)))
        for method, scores in samples.items():
            series.setdefault(method, []).append((one.short, bootstrap.estimate(scores[DECIDING])))
        bars += _bars(one, samples, [unit.model for unit, _ in own])
        chosen.append(one)
    absent = [line for _, found in finished for line in skipped(GROUPERS, found["groups"])]
    lines = (*labelled.notes(chosen), *labelled.available(options, NICHES)[1], *dict.fromkeys(absent))
    charts = [Chart("Agreement of groups with the labels", "", DECIDING, series)] if series else []
    return Report("Niches", PROTOCOL, report_tables, bars, charts, PAPER, lines)


def _bars(one: LabelledDataset, samples: Samples, models: list[str]) -> list[Bar]:
    """For each model: is its AMI ahead of that of raw expression and of neighbourhood means?"""
    bars = []
    for lead in leads({name: samples[name] for name in (*models, *RULES)}, {DECIDING: 1}, RULES):
        values = f"{samples[lead.model][DECIDING][0]:.3f} against {samples[lead.best_rule][DECIDING][0]:.3f}"
        words = f"{lead.model} ahead of {' and '.join(RULES)} by {DECIDING}, whole interval, {one.title}"
        bars.append(Bar(words, f"{values}, ahead by {lead.difference}", lead.ahead))
    return bars


TASK = Task("niche", "Niches", PROTOCOL, units, measure, summarize)
