"""Perturbation of real tissue: infiltrates taken away in silico against what lies around them, and the direction of stroke genes."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np

from ripple_core.benchmark.cases import infiltrates, stroke
from ripple_core.benchmark.cases.real_case import RealCase, score
from ripple_core.benchmark.scores import bootstrap
from ripple_core.benchmark.scores.comparison import lead_table, leads, score_table
from ripple_core.benchmark.task import Chart, Found, Job, Options, Report, Task, Unit
from ripple_core.benchmark.training import Plan, has_field, trained
from ripple_core.models.contract import Model
from ripple_core.perturb.run import Perturbation
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.progress import Progress, part, part_of
from ripple_core.section import Section

MINUTES = 3.0
TRAINED_AT = 0.7
BESIDE = ("no_change", "copy_roi", "majority_sign", "local_mean", "knn", "ridge", "mlp")
WINDOW_PITCHES = 16.0
SPOTS, BRAIN = "synovium", "stroke"
BETTER = {
    f"{name}{ending}": 1
    for ending in ("", ", not edited")
    for name in ("sign accuracy", "balanced sign accuracy", "Pearson")
}
PROTOCOL = (
    "Synovium: models learn from the sections of two patients; in each section of the third the leukocyte infiltrates are taken "
    "away (the reversed difference of infiltrates and the other spots, learned from the two), the spots within 2.2 spot distances "
    "are regenerated, and the response is held against the real difference of near and far spots (beyond 3) of the same tissue "
    "class, reversed. All differences are coefficients beside sequencing depth and its square. Genes: the 500 that vary most over "
    "space in the training patients; sign accuracy counts those with |t| ≥ 2.5. Stroke: in healthy brain, half of the genes that "
    "change in an infarct's core (Han 2024) are edited, and the other half is expected to follow its own direction; that the "
    "surroundings go where the core went is an assumption. Brackets: 95 % of 1,000 resamples of sections, and of regions in them. "
    "These are associations: no section here is an experiment whose edit is known."
)
PAPER = (
    "Hao et al. 2025, mouse stroke, peri-infarct zone: 70.11 % of 87 DEGs with the right sign, against 44.8 % for copying the ROI's "
    "change. Another dataset, and another truth than either of ours.",
)


def units(options: Options) -> list[Unit]:
    """Every model on every test patient, and on every healthy brain."""
    names = [f"{SPOTS}-{patient}" for patient in infiltrates.here(options)[0]]
    names += [f"{BRAIN}-{name}" for name in stroke.here(options)[0] if not options.quick]
    chosen = [name for name in names if not options.datasets or name in options.datasets]
    return [Unit(name, model, options.seed) for name in chosen for model in options.chosen(BESIDE)]


def measure(job: Job) -> Generator[Progress, None, Found]:
    """Train without the test sections and score the answer to each edit."""
    unit, options = job.unit, job.options
    task, name = unit.dataset.split("-", 1)
    split = infiltrates.split(name, options) if task == SPOTS else stroke.split(name, options)
    plan = Plan(
        unit.model, split.training, split.validation, unit.dataset, MINUTES, _window(unit.model, split.training)
    )
    model = yield from part_of(trained(plan, job.folder, options), 0.0, TRAINED_AT)
    chosen = list(_cases(task, name, model, split.training, split.test, options))
    scored = []
    for number, case in enumerate(chosen):
        run = Perturbation(
            case.section, model, case.roi, case.edit, PerturbSettings(zone_um=case.zone_um, seed=unit.seed)
        )
        share = (1 - TRAINED_AT) / len(chosen)
        for step in run.steps():
            yield part(step, TRAINED_AT + share * number, TRAINED_AT + share * (number + 1))
        scored.append({"section": case.group, "clear": len(case.clear), "scores": score(case, run)})
    return {"cases": scored}


def _cases(
    task: str, name: str, model: Model, training: list[Section], test: list[Section], options: Options
) -> Iterator[RealCase]:
    if task == SPOTS:
        return infiltrates.cases(model.space, training, test)
    return stroke.cases(name, test, options)


def _window(model: str, training: list[Section]) -> dict[str, float]:
    """A window of as many spots as one of cells usually holds, for models that have one and tissue of wide pitch."""
    pitch = max(section.nearest_um for section in training)
    return {"window_um": WINDOW_PITCHES * pitch} if pitch > 50 and has_field(model, "window_um") else {}


def summarize(finished: list[tuple[Unit, Found]], options: Options) -> Report:
    """Scores over the sections of all patients and over the healthy brains, each beside the rules."""
    tables, charts = [], []
    for task, title in ((SPOTS, infiltrates.TITLE), (BRAIN, stroke.TITLE)):
        own = [(unit, found) for unit, found in finished if unit.dataset.startswith(task) and found["cases"]]
        if own:
            samples, better = sampled(own, options.seed), _scores(task)
            tables.append(score_table(title.capitalize(), samples, better))
            tables.append(
                lead_table(f"{title.capitalize()}: models against the best plain rule", leads(samples, better))
            )
            charts.append(_chart(title, samples))
    notes = [*infiltrates.here(options)[1], *stroke.here(options)[1]]
    if options.quick:
        notes.append(f"{stroke.TITLE}: skipped with --quick.")
    return Report("Perturbation of real tissue", PROTOCOL, tables, [], charts, PAPER, tuple(notes))


def _scores(task: str) -> dict[str, int]:
    """What is scored: in stroke no edited gene is looked at."""
    return {name: sign for name, sign in BETTER.items() if task == SPOTS or "not edited" not in name}


def sampled(finished: list[tuple[Unit, Found]], seed: int) -> dict[str, dict[str, np.ndarray]]:
    """Method → score → means over cases (resamples + 1,), sections resampled."""
    samples = {}
    for model in dict.fromkeys(unit.model for unit, _ in finished):
        own = [
            (f"{unit.dataset}/{case['section']}", case["scores"])
            for unit, f in finished
            if unit.model == model
            for case in f["cases"]
        ]
        drawn = bootstrap.weights([group for group, _ in own], seed)
        numbers = {name: [np.nan if one[name] is None else one[name] for _, one in own] for name in BETTER}
        samples[model] = {
            name: bootstrap.means(np.array(values, dtype=float), drawn) for name, values in numbers.items()
        }
    return samples


def _chart(title: str, samples: dict[str, dict[str, np.ndarray]]) -> Chart:
    names = ("sign accuracy", "balanced sign accuracy")
    series = {model: [(name, bootstrap.estimate(values[name])) for name in names] for model, values in samples.items()}
    return Chart(title, "", "share of genes", series)


TASK = Task("perturb-real", "Perturbation of real tissue", PROTOCOL, units, measure, summarize)
