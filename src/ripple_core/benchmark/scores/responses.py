"""Responses to edits in made worlds as scores that can be kept, and their means over resamples of worlds and regions."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any

import numpy as np

from ripple_core.benchmark.cases.worlds import Case
from ripple_core.benchmark.scores import bootstrap
from ripple_core.benchmark.scores.against_truth import along_truth, compare, response_scores
from ripple_core.models.contract import Model
from ripple_core.perturb.run import Perturbation
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.progress import Progress, part

RING_UM = 20.0
BETTER = {
    "sign accuracy": 1,
    "Pearson not edited": 1,
    "Spearman not edited": 1,
    "Pearson all": 1,
    "Pearson per cell": 1,
    "precision": 1,
    "half-length error": -1,
    "spill-over": -1,
}
CORRELATIONS = {"Pearson not edited", "Spearman not edited", "Pearson all", "Pearson per cell"}
Scored = dict[str, Any]
"""Of one case: ``scores``, ``half_length`` (over the truth's) and ``curves`` of the response by distance."""


def respond_iter(
    model: Model, cases: Sequence[Case], settings: PerturbSettings
) -> Generator[Progress, None, list[Scored]]:
    """A model's answer to each edit, scored against the truth."""
    scored = []
    for number, case in enumerate(cases):
        run = Perturbation(case.section, model, case.roi, case.edit, settings)
        for step in run.steps():
            yield part(step, number / len(cases), (number + 1) / len(cases))
        scored.append({"case": case.roi.name, "program": case.program, **_scored(run, case)})
    return scored


def _scored(run: Perturbation, case: Case) -> Scored:
    shared = compare(run.result(), case.truth)
    scores = response_scores(shared)
    ratio = scores.pop("half length")
    ring = (np.maximum(shared.distance_um, 0.0) // RING_UM).astype(int)
    count = np.bincount(ring)
    curves = {
        name: (np.bincount(ring, weights=along_truth(shared, values)) / np.maximum(count, 1)).tolist()
        for name, values in (("truth", shared.true), ("model", shared.predicted))
    }
    return {"scores": {**scores, "half-length error": abs(ratio - 1)}, "half_length": ratio, "curves": curves}


def sampled(scored: Mapping[str, Sequence[tuple[str, Scored]]], seed: int) -> dict[str, dict[str, np.ndarray]]:
    """Method → score → means over cases (resamples + 1,), of each method's cases with the world they are of."""
    samples = {}
    for method, cases in scored.items():
        drawn = bootstrap.weights([world for world, _ in cases], seed)
        samples[method] = {
            score: bootstrap.means(np.array([score_of(case, score) for _, case in cases]), drawn) for score in BETTER
        }
    return samples


def score_of(case: Scored, score: str) -> float:
    """A score as a number; a correlation with nothing that varies is 0."""
    value = case["scores"][score]
    if value is None:
        return 0.0 if score in CORRELATIONS else float("nan")
    return float(value)
