"""Unseen cells: regions of test sections are hidden and generated from the rest, cell after cell, beside plain rules."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from ripple_core.benchmark.cases import datasets
from ripple_core.benchmark.cases.hidden import Discs, most_variable, score_iter
from ripple_core.benchmark.scores import bootstrap
from ripple_core.benchmark.scores.comparison import Lead, lead_table, leads, score_table
from ripple_core.benchmark.scores.sums import BETTER, STEP_EDGES, Regions
from ripple_core.benchmark.task import Bar, Chart, Found, Job, Options, Report, Table, Task, Unit
from ripple_core.benchmark.training import Plan, trained
from ripple_core.progress import Progress, part, part_of

MINUTES = 3.0
TRAINED_AT = 0.8
DECIDING = ("per-gene Pearson", "z-scored RMSE")
REAL_AHEAD = 3
BESIDE = ("no_change", "local_mean", "knn", "ridge", "mlp", "mlp_xy", "gp")
"""The plain rules that say something where nothing is edited."""
PROTOCOL = (
    "Round regions of 20, 60 and 150 cells of test sections are hidden and generated from the cells around them, near the edge first. "
    "Models and rules learn from the training sections and choose every number on validation cells; test sections share no animal, "
    "embryo, crop or section with them. Scores are pooled over the regions of a section; in brackets 95 % of 1,000 resamples of "
    "sections and regions, the same resamples for every method. Expression is log-normalised."
)
PAPER = (
    "Hao et al. 2025, MERFISH anterior / mid / posterior, RMSE over all genes: picking 1.374 / 1.379 / 1.386, "
    "weighted 1.352 / 1.367 / 1.376, Gaussian process 1.379 / 1.389 / 1.393, MLP 1.399 / 1.404 / 1.406. All are "
    "below √2, so they are very probably z-scored: beside our z-scored RMSE, on other sections.",
    "Hao et al. 2025, per-cell Spearman, weighted: 0.340 / 0.302 / 0.275.",
)


def units(options: Options) -> list[Unit]:
    """Every model on every dataset that is here."""
    here, _ = datasets.available(options)
    return [Unit(dataset.name, model, options.seed) for dataset in here for model in options.chosen(BESIDE)]


def measure(job: Job) -> Generator[Progress, None, Found]:
    """Train one model on one dataset and sum up its errors on every hidden region."""
    options, unit = job.options, job.unit
    split = datasets.load(datasets.named(unit.dataset), options)
    plan = Plan(unit.model, split.training, split.validation, unit.dataset, MINUTES)
    model = yield from part_of(trained(plan, job.folder, options), 0.0, TRAINED_AT)
    regions = []
    for step, sums in score_iter(model, split.test, discs(options)):
        regions.append(sums)
        yield part(step, TRAINED_AT, 1.0)
    record = {
        key: model.record.get(key) for key in ("steps", "seconds", "parameters", "chosen", "sections", "held_out")
    }
    return {"regions": regions, "top": most_variable(model, split.training[0]), "training": record}


def discs(options: Options) -> Discs:
    """The regions that are hidden in each test section."""
    return Discs((8, 20), 2, options.seed) if options.quick else Discs(seed=options.seed)


def summarize(finished: list[tuple[Unit, Found]], options: Options) -> Report:
    """Scores, differences to the best rule, scores by size and error by step of each dataset; the bars over all of them."""
    tables, charts, found = [], [], {}
    for name in dict.fromkeys(unit.dataset for unit, _ in finished):
        dataset = datasets.named(name)
        measured = {unit.model: content for unit, content in finished if unit.dataset == name}
        samples, regions = sampled(measured, options.seed)
        found[name] = leads(samples, BETTER)
        tables.append(score_table(f"{dataset.title}, test split by {dataset.split_by}", samples, BETTER))
        tables.append(lead_table(f"{dataset.title}: models against the best plain rule", found[name]))
        tables += [_by_size(dataset.title, measured), _by_step(dataset.title, regions)]
        charts.append(_chart(dataset.title, samples))
    bars = _bars(found)
    skipped = datasets.available(options)[1]
    return Report("Unseen cells", PROTOCOL, tables, bars, charts, PAPER, tuple(skipped))


def sampled(measured: dict[str, Found], seed: int) -> tuple[dict[str, dict[str, np.ndarray]], dict[str, Regions]]:
    """Method → score → values (resamples + 1,), and the sums of each method."""
    regions = {model: Regions.of(content["regions"]) for model, content in measured.items()}
    drawn = bootstrap.weights(next(iter(regions.values())).section.tolist(), seed)
    tops = {model: np.array(content["top"], dtype=bool) for model, content in measured.items()}
    return {model: sums.scores(drawn, tops[model]) for model, sums in regions.items()}, regions


def _by_size(title: str, measured: dict[str, Found]) -> Table:
    """Per-gene Pearson of the regions of each size."""
    sizes = sorted({region["size"] for content in measured.values() for region in content["regions"]})
    rows = []
    for model, content in measured.items():
        row = []
        for size in sizes:
            sums = Regions.of([region for region in content["regions"] if region["size"] == size])
            scores = sums.scores(np.ones((1, len(sums.cells))), np.array(content["top"], dtype=bool))
            row.append(float(scores[DECIDING[0]][0]))
        rows.append((model, *row))
    return Table(f"{title}: {DECIDING[0]} by cells of the region", ("", *map(str, sizes)), rows)


def _by_step(title: str, regions: dict[str, Regions]) -> Table:
    """RMSE of the cells that were generated in each range of steps: later cells lie deeper and follow more generated ones."""
    errors = {model: sums.error_by_step(np.ones((1, len(sums.cells))))[0] for model, sums in regions.items()}
    kept = [i for i in range(len(STEP_EDGES)) if any(np.isfinite(values[i]) for values in errors.values())]
    header = [f"{STEP_EDGES[i] + 1}–{STEP_EDGES[i + 1] if i + 1 < len(STEP_EDGES) else '…'}" for i in kept]
    rows = [(model, *(float(values[i]) for i in kept)) for model, values in errors.items()]
    return Table(f"{title}: RMSE by number of steps generated", ("", *header), rows)


def _chart(title: str, samples: dict[str, dict[str, np.ndarray]]) -> Chart:
    score = DECIDING[0]
    series = {model: [(score, bootstrap.estimate(values[score]))] for model, values in samples.items()}
    return Chart(title, "", "Pearson r", series)


def _bars(found: dict[str, list[Lead]]) -> list[Bar]:
    """For each trained model: on how many real datasets it is ahead by both deciding scores, and where it is behind."""
    real = [name for name in found if datasets.named(name).file is not None]
    bars = []
    for model in dict.fromkeys(lead.model for leads_ in found.values() for lead in leads_):
        deciding = {n: [x for x in found[n] if x.model == model and x.score in DECIDING] for n in found}
        ahead = [name for name in real if all(lead.ahead for lead in deciding[name])]
        behind = [f"{name} ({lead.score})" for name in real for lead in deciding[name] if lead.behind]
        words = f"{model} ahead of the best plain rule by {' and '.join(DECIDING)}, whole interval, on {REAL_AHEAD} of 4 real datasets"
        bars.append(Bar(words, f"{len(ahead)} of {len(real)} measured", len(ahead) >= REAL_AHEAD))
        words = f"{model} nowhere behind the best plain rule by more than the interval"
        bars.append(Bar(words, ", ".join(behind) or f"nowhere in {len(real)} measured", bool(real) and not behind))
    return bars


TASK = Task("unseen", "Unseen cells", PROTOCOL, units, measure, summarize)
