"""Ablation: one choice of the model changed at a time, by the scores of unseen cells and of responses whose truth is known."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ripple_core.benchmark.cases import datasets, worlds
from ripple_core.benchmark.cases.hidden import most_variable, score_iter
from ripple_core.benchmark.scores import responses, sums
from ripple_core.benchmark.scores.bootstrap import estimate
from ripple_core.benchmark.scores.comparison import Samples, score_table
from ripple_core.benchmark.scores.responses import Scored, respond_iter
from ripple_core.benchmark.task import Chart, Found, Job, Options, Report, Table, Task, Unit
from ripple_core.benchmark.tasks.unseen import discs, sampled
from ripple_core.benchmark.training import Plan, has_field, trained
from ripple_core.models import catalog
from ripple_core.models.contract import GenerationSettings, Model
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.progress import Progress, part, part_of
from ripple_core.section import Section

STEPS, MINUTES = 150, 10.0
"""Steps of each training, so that rows can be compared on a busy machine as well; minutes only bound them."""
TRAINED_AT, GENERATED_AT = 0.7, 0.85
BASE = "as it is"
PROTOCOL = (
    f"Each row trains the model anew for {STEPS} steps with one thing changed (or generates anew from the same training, where only "
    "generation is changed), "
    "with the same regions hidden as in 'unseen'. Models of made tissue also answer edits as in 'perturb-synthetic', one for each program "
    "of their world, on sections that nothing was learned from. Differences are to the first row, on the same resamples of regions; "
    "above 0 is better."
)
PAPER = (
    "Hao et al. 2025, RMSE over all genes (very probably z-scored): as published 1.367; L2H2 1.371; half the data 1.381; window of 200 µm "
    "1.376; no hierarchy 1.382; no quantisation 1.389; no space 1.397; random order 1.384.",
)


@dataclass(frozen=True)
class Variant:
    """One thing changed: in the model's config, in its training, in how cells are generated, in perturbations alone, or in the data."""

    config: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    generation: Mapping[str, Any] = field(default_factory=dict)
    perturbation: Mapping[str, Any] = field(default_factory=dict)
    quantised: bool = False
    orders: int = 1
    data_share: float = 1.0

    def perturb_settings(self, zone_um: float, seed: int) -> PerturbSettings:
        """How an edit is answered."""
        changed = {"orders": self.orders, "continuous": not self.quantised, **self.generation, **self.perturbation}
        return PerturbSettings(zone_um=zone_um, seed=seed, **changed)


VARIANTS = {
    BASE: Variant(),
    "order of equation 6, taken literally": Variant({"order": "literal_eq6"}),
    "random order": Variant({"order": "random"}),
    "feedback: the picked meta cell": Variant(generation={"feedback": "picked"}),
    "picking": Variant(generation={"mode": "picking"}),
    "mean of 4 orders": Variant(orders=4),
    "meta cells as input (the paper)": Variant(settings={"noise": {"continuous_share": 0.0}}, quantised=True),
    "mixtures of meta cells as input": Variant(
        {"soft_tokens": True}, settings={"noise": {"continuous_share": 0.0}}, quantised=True
    ),
    "own expression as input": Variant(settings={"noise": {"continuous_share": 1.0}}),
    "no hierarchy": Variant({"levels": ()}),
    "128 meta cells": Variant({"meta_cells": 128}),
    "2048 meta cells": Variant({"meta_cells": 2048}),
    "genes not scaled": Variant({"standardize": False}),
    "no genes blanked or lent": Variant(settings={"noise": {"gene_dropout": 0.0, "gene_borrowing": 0.0}}),
    "positions: no wavelength below 60 µm": Variant({"wavelengths": (0.2, 8.0)}),
    "positions: wavelengths from 3 µm": Variant({"wavelengths": (0.01, 8.0)}),
    "window of 200 µm": Variant({"window_um": 200.0}),
    "window of 1000 µm": Variant({"window_um": 1000.0}),
    "2 layers": Variant({"layers": 2}),
    "8 layers": Variant({"layers": 8}),
    "half of the data": Variant(data_share=0.5),
    "2 layers, half of the data": Variant({"layers": 2}, data_share=0.5),
    "8 layers, half of the data": Variant({"layers": 8}, data_share=0.5),
    "no direct ways from neighbours (the paper's network)": Variant({"plus": None}),
    "direct ways from neighbours, expected expression hardly weighed": Variant({"plus": {"mean_weight": 0.1}}),
    "one best linear guess instead of four": Variant({"plus": {"kriging": ((24.0, 4.0),)}}),
    "the hidden state adds through 12 numbers": Variant({"plus": {"own_width": 12}}),
    "no answers to signals": Variant({"plus": {"answers": False}}),
    "only the region known (the paper's context)": Variant(perturbation={"context": "roi"}),
    "identity generated anew (the paper)": Variant(perturbation={"identity": "free"}),
}
QUICK = (BASE, "feedback: the picked meta cell", "random order", "no hierarchy", "identity generated anew (the paper)")


def model_of(options: Options) -> str:
    """The model whose choices are changed: the first trained one that is asked for, else the default one."""
    trained_ = [name for name in options.models if not catalog.record(name).is_baseline]
    return trained_[0] if trained_ else catalog.DEFAULT


def units(options: Options) -> list[Unit]:
    """Every variant that the model has and is not already, on the datasets asked for, else the made tissue."""
    model = model_of(options)
    chosen = [datasets.QUICK] if options.quick else [datasets.named(name) for name in options.datasets or ("made",)]
    names = [name for name in (QUICK if options.quick else VARIANTS) if _differs(model, VARIANTS[name])]
    return [
        Unit(dataset.name, name, options.seed, model)
        for dataset in chosen
        for name in names
        if dataset.name in worlds.BEHIND_DATASETS or not VARIANTS[name].perturbation
    ]


def _differs(model: str, variant: Variant) -> bool:
    """Whether a model has what the variant changes, and has it otherwise."""
    if not variant.config:
        return True
    family = catalog.module(model)
    known = all(has_field(model, key) for key in variant.config)
    return known and family.config(dict(variant.config)) != family.config({})


def measure(job: Job) -> Generator[Progress, None, Found]:
    """Train and score one variant on one dataset."""
    unit, options, variant = job.unit, job.options, VARIANTS[job.unit.model]
    split = datasets.load(datasets.named(unit.dataset), options)
    training = [_share(section, variant.data_share) for section in split.training]
    plan = Plan(
        unit.family, training, split.validation, f"ablation-{unit.dataset}", MINUTES,
        dict(variant.config), {**({} if options.quick else {"steps": STEPS}), **variant.settings},
    )  # fmt: skip
    model = yield from part_of(trained(plan, job.folder, options), 0.0, TRAINED_AT)
    found: Found = {"steps": model.record.get("steps")}
    if not variant.perturbation:
        generation = GenerationSettings(seed=unit.seed, **variant.generation)
        regions = []
        for step, sums_ in score_iter(
            model, split.test, discs(options), generation, quantised=variant.quantised, orders=variant.orders
        ):
            regions.append(sums_)
            yield part(step, TRAINED_AT, GENERATED_AT)
        found |= {"regions": regions, "top": most_variable(model, split.training[0])}
    if unit.dataset in worlds.BEHIND_DATASETS:
        found["cases"] = yield from part_of(_answered(model, job), GENERATED_AT, 1.0)
    return found


def _answered(model: Model, job: Job) -> Generator[Progress, None, list[Scored]]:
    """The model's answers to edits in the world of a made dataset, scored against the truth."""
    made, unit = worlds.BEHIND_DATASETS[job.unit.dataset], job.unit
    settings = VARIANTS[unit.model].perturb_settings(made.zone_um, unit.seed)
    scored = yield from respond_iter(model, list(worlds.cases(made, job.options.seed)), settings)
    return scored


def _share(section: Section, share: float) -> Section:
    """The left part of a section with this share of its cells."""
    count = max(2, round(share * len(section)))
    return section if share == 1 else section.subset(section.xy_um[:, 0].argsort()[:count])


def summarize(finished: list[tuple[Unit, Found]], options: Options) -> Report:
    """Scores of every variant of each dataset, and its difference to the model as it is."""
    tables, charts = [], []
    for name in dict.fromkeys(unit.dataset for unit, _ in finished):
        title = f"{model_of(options)} on {datasets.named(name).title}"
        of_dataset = {unit.model: found for unit, found in finished if unit.dataset == name}
        unseen, _ = sampled({model: found for model, found in of_dataset.items() if "regions" in found}, options.seed)
        answered = {model: [(name, case) for case in found.get("cases", ())] for model, found in of_dataset.items()}
        answers = responses.sampled({model: cases for model, cases in answered.items() if cases}, options.seed)
        tables += _tables(f"{title}: unseen cells", unseen, sums.BETTER)
        tables += _tables(f"{title}: response against the truth", answers, responses.BETTER) if answers else []
        for samples, score in ((unseen, "per-gene Pearson"), (answers, "Pearson not edited")):
            series = {variant: [(score, estimate(values[score]))] for variant, values in samples.items()}
            charts += [Chart(title, "", f"{score} r", series)] if series else []
    return Report("Ablation", PROTOCOL, tables, [], charts, PAPER)


def _tables(title: str, samples: Samples, better: Mapping[str, int]) -> list[Table]:
    """Scores of each variant, and how much better each is than the model as it is."""
    rows = [
        (variant, *(estimate(sign * (values[score] - samples[BASE][score])) for score, sign in better.items()))
        for variant, values in samples.items()
        if variant != BASE
    ]
    return [score_table(title, samples, better), Table(f"{title}: better than {BASE} by", ("", *better), rows)]


TASK = Task("ablation", "Ablation", PROTOCOL, units, measure, summarize)
