"""Models beside plain rules: scores with intervals, and the difference of each model to the best rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ripple_core.benchmark.scores.bootstrap import estimate
from ripple_core.benchmark.task import Estimate, Table
from ripple_core.models import catalog

Samples = Mapping[str, Mapping[str, np.ndarray]]
"""Method → score → values (resamples + 1,), the first of them without resampling."""


@dataclass(frozen=True)
class Lead:
    """How far a model is ahead of the best plain rule by one score; above 0 is ahead, whether more or less is better."""

    model: str
    score: str
    best_rule: str
    difference: Estimate

    @property
    def ahead(self) -> bool:
        """Ahead with the whole interval."""
        return self.difference.low is not None and self.difference.low > 0

    @property
    def behind(self) -> bool:
        """Behind with the whole interval."""
        return self.difference.high is not None and self.difference.high < 0


def rules_of(methods: Sequence[str]) -> list[str]:
    """Those of the methods that are plain rules."""
    return [name for name in methods if name in catalog.RECORDS and catalog.record(name).is_baseline]


def is_rule(method: str, variant: str = "") -> bool:
    """Whether a method is none of the catalog's, nor the ``variant`` of one (what is written behind its name)."""
    return method.removesuffix(variant) not in catalog.RECORDS


def models_first(samples: Samples, variant: str = "") -> Samples:
    """The same, rules after models."""
    return dict(sorted(samples.items(), key=lambda item: is_rule(item[0], variant)))


def leads(samples: Samples, better: Mapping[str, int], rules: Sequence[str] | None = None) -> list[Lead]:
    """Every model against the best of the plain ``rules`` (None: those of the catalog); nothing where none has a number."""
    rules = rules_of(list(samples)) if rules is None else [name for name in rules if name in samples]
    found = []
    for score, sign in better.items():
        known = [name for name in rules if np.isfinite(samples[name][score][0])]
        if not known:
            continue
        best = max(known, key=lambda name, s=score, g=sign: g * samples[name][s][0])  # type: ignore[misc]
        for name in samples:
            if name not in rules:
                difference = sign * (samples[name][score] - samples[best][score])
                found.append(Lead(name, score, best, estimate(difference)))
    return found


def score_table(title: str, samples: Samples, better: Mapping[str, int]) -> Table:
    """One row a method, one column a score with its interval."""
    rows = [(name, *(estimate(values[score]) for score in better)) for name, values in samples.items()]
    return Table(title, ("", *(f"{score} {'↑' if sign > 0 else '↓'}" for score, sign in better.items())), rows)


def lead_table(title: str, found: Sequence[Lead]) -> Table:
    """One row a model and score: the best rule, and how far the model is ahead of it."""
    word = {(True, False): "ahead", (False, True): "behind"}
    rows = [
        (lead.model, lead.score, lead.best_rule, lead.difference, word.get((lead.ahead, lead.behind), "even"))
        for lead in found
    ]
    return Table(title, ("model", "score", "best plain rule", "ahead by", "95 % interval says"), rows)
