"""Is this model any good on this very section? Hidden discs, generated from the rest, beside plain rules; one plain verdict."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import anndata as ad
import numpy as np
import shapely

from ripple_core.benchmark.cases.unseen import CELLS_PER_DISC, LOCAL_RADIUS_SHARE, discs
from ripple_core.benchmark.scores import bootstrap
from ripple_core.benchmark.scores.metrics import per_gene_pearson
from ripple_core.benchmark.scores.sums import Regions, of_region
from ripple_core.encoded import Encoded
from ripple_core.errors import DataError, sentence
from ripple_core.models.baselines.knn import NEIGHBOR_CHOICES
from ripple_core.models.baselines.neighborhood import nearest_average, radius_average
from ripple_core.models.contract import GenerationSettings, Model, Scene, can_generate
from ripple_core.perturb import zone
from ripple_core.progress import Progress, finished
from ripple_core.roi import Roi
from ripple_core.section import Section, section_named

MOST_DISCS, FEWEST_DISCS, CANDIDATES = 16, 3, 4
BUDGET_S = 20.0
DECIDING = "per-gene Pearson"
SHOWN = (DECIDING, "z-scored RMSE", "per-cell Spearman")
FEWEST_CELLS = 24
IN_TRAINING = "The model was trained on this section: these scores say how well it remembers its cells, not how well it predicts new ones."
NAMED_IN_TRAINING = (
    "A section of this name was in the training: if it is this one, the scores say little about new cells."
)


@dataclass(frozen=True)
class Badge:
    """What a model is worth on one section.

    Parameters
    ----------
    scores
        Row (the model, no change, local mean, kNN) → score → value, pooled over the hidden discs.
    verdict
        ahead or behind with the whole 95 % interval over discs of the difference in per-gene Pearson; else even.
    best_rule, difference, low, high
        The plain rule with the highest per-gene Pearson, how far the model is above it, and the interval.
    warning
        What makes the scores worth less; empty where nothing is known.
    """

    model: str
    section: str
    verdict: Literal["ahead", "even", "behind"]
    best_rule: str
    difference: float
    low: float
    high: float
    scores: dict[str, dict[str, float]]
    discs: int
    cells: int
    warning: str = ""
    seconds: float = 0.0

    @property
    def words(self) -> str:
        """The verdict in one sentence, with its numbers."""
        mine, theirs = (self.scores[name][DECIDING] for name in (self.model, self.best_rule))
        place = {"ahead": "ahead of", "even": "even with", "behind": "behind"}[self.verdict]
        end = {
            "ahead": ".",
            "even": ": a plain rule does as well here.",
            "behind": ": do not rely on what it simulates here.",
        }
        return (
            f"On {self.discs} hidden discs of this section {self.model} is {place} the best plain rule, {self.best_rule} "
            f"(gene r {mine:.3f} against {theirs:.3f}, difference {self.difference:+.3f} [{self.low:+.3f}, {self.high:+.3f}])"
            f"{end[self.verdict]}"
        )

    def lines(self) -> list[str]:
        """The verdict, and the warning if there is one."""
        return [self.words, *([f"warning: {self.warning}"] if self.warning else [])]

    def record(self) -> dict[str, Any]:
        """As plain values, for ``uns['ripple']['badge']``."""
        return {**asdict(self), "words": self.words}


def badge(data: ad.AnnData | Section, model: Model, **options: Any) -> Badge:
    """Score a model on hidden discs of a section beside plain rules; the options of :func:`badge_iter`.

    Examples
    --------
    >>> print(rc.badge(adata, model).words)  # doctest: +SKIP
    """
    return finished(badge_iter(data, model, **options))


def badge_iter(
    data: ad.AnnData | Section,
    model: Model,
    *,
    section: str | None = None,
    seed: int = 0,
    most_discs: int = MOST_DISCS,
    budget_s: float = BUDGET_S,
) -> Generator[Progress, None, Badge]:
    """The same, a Progress a group of cells; ends after ``most_discs`` discs, or after about ``budget_s`` seconds of work.

    Parameters
    ----------
    data, section
        A section, or AnnData of several, of which the one named is taken, or else the largest.
    budget_s
        Time spent between the steps does not count. At least three discs are done, however long they take.
    """
    began, spent = time.monotonic(), 0.0
    here = _chosen(data, section)
    observed = Encoded(model.space, here)
    places = apart(discs(here, seed, CANDIDATES * most_discs, CELLS_PER_DISC), [])[:most_discs]
    others = discs(here, seed + 1, CANDIDATES * most_discs, CELLS_PER_DISC)
    spent += time.monotonic() - began
    yield Progress(0, len(places), f"0 of {len(places)} hidden discs")
    began = time.monotonic()
    k = best_neighbors(here, observed, (apart(others, places) or others)[:most_discs])
    sums: dict[str, list[dict[str, Any]]] = {}
    for number, roi in enumerate(places):
        hidden = zone.within(here, roi)
        predicted = np.zeros((len(hidden.targets), observed.shape[1]), dtype=np.float32)
        for cells, values in _generated(model, here, observed, hidden, seed):
            predicted[cells] = values
            spent += time.monotonic() - began
            yield Progress(number, len(places), f"{number} of {len(places)} hidden discs")
            began = time.monotonic()
        rows = {model.name: predicted, **_rules(model, here, observed, hidden, roi, k)}
        for name, values in rows.items():
            region = of_region(values, observed[hidden.targets], model.space.mean, model.space.std)
            sums.setdefault(name, []).append({"section": here.name, "size": CELLS_PER_DISC, **region})
        seconds = spent + time.monotonic() - began
        done = number + 1
        if done >= FEWEST_DISCS and seconds * (done + 1) / done > budget_s:
            break
    return _judged(model, here, sums, seed, spent + time.monotonic() - began)


def apart(candidates: list[Roi], taken: list[Roi]) -> list[Roi]:
    """Those of the regions, in their order, that overlap neither one taken before nor each other."""
    kept: list[Roi] = []
    for roi in candidates:
        others = [other.geometry for other in (*taken, *kept)]
        if not shapely.intersects(roi.geometry, others).any():
            kept.append(roi)
    return kept


def best_neighbors(section: Section, observed: Encoded, places: list[Roi]) -> int:
    """The number of neighbours that predicts these discs best, by per-gene correlation."""
    hidden = [zone.within(section, roi) for roi in places]
    true = np.concatenate([observed[one.targets] for one in hidden])
    scores = {
        k: per_gene_pearson(np.concatenate([_nearest(section, observed, one, k) for one in hidden]), true)
        for k in NEIGHBOR_CHOICES
    }
    return max(scores, key=lambda k: scores[k])


def fingerprint(section: Section) -> str:
    """SHA-256 of where the cells of a section are (to 0.01 µm, in any order): it stays when genes or names change."""
    place = np.round(section.xy_um * 100).astype(np.int64)
    return hashlib.sha256(np.ascontiguousarray(place[np.lexsort(place.T)]).tobytes()).hexdigest()


def training_warning(record: Mapping[str, Any], section: Section) -> str:
    """A sentence where a model's training record names this section, by its fingerprint or, in older records, by its name."""
    known = record.get("fingerprints")
    if known is not None:
        return IN_TRAINING if fingerprint(section) in known else ""
    return NAMED_IN_TRAINING if section.name in record.get("sections", []) else ""


def _chosen(data: ad.AnnData | Section, name: str | None) -> Section:
    whole = data if isinstance(data, Section) else Section.from_anndata(data)
    parts = whole.split()
    chosen = max(parts, key=len) if name is None else section_named(parts, name)
    if len(chosen) < FEWEST_CELLS:
        found = f"{len(chosen)} in {chosen.name}"
        raise DataError(sentence(f"at least {FEWEST_CELLS} cells to hide some of", found, "Take a larger section"))
    return chosen


def _generated(
    model: Model, section: Section, observed: Encoded, hidden: zone.Zone, seed: int
) -> Generator[tuple[np.ndarray, np.ndarray], None, None]:
    """Places among the hidden cells (cells,) and expression (cells, genes), as they are generated from outside in."""
    targets = zone.outward(hidden, seed)
    place = np.searchsorted(hidden.targets, targets)
    known = hidden.context
    scene = Scene(section.xy_um[known], observed[known][None], section.xy_um[targets])
    for generated in can_generate(model).generate(scene, GenerationSettings(seed=seed)):
        yield place[generated.targets], generated.expression[0]


def _rules(
    model: Model, section: Section, observed: Encoded, hidden: zone.Zone, roi: Roi, k: int
) -> dict[str, np.ndarray]:
    """What the plain rules say of the hidden cells: name → (cells, genes)."""
    radius = LOCAL_RADIUS_SHARE * float(np.sqrt(roi.area_um2 / np.pi))
    near = radius_average(section.xy_um[hidden.context], section.xy_um[hidden.targets], radius)
    return {
        "no change": np.tile(model.space.mean, (len(hidden.targets), 1)),
        "local mean": near @ observed[hidden.context],
        f"kNN (k = {k})": _nearest(section, observed, hidden, k),
    }


def _nearest(section: Section, observed: Encoded, hidden: zone.Zone, k: int) -> np.ndarray:
    weights = nearest_average(section.xy_um[hidden.context], section.xy_um[hidden.targets], k)
    return weights @ observed[hidden.context]


def _judged(model: Model, section: Section, sums: dict[str, list[dict[str, Any]]], seed: int, seconds: float) -> Badge:
    """Scores, the difference to the best rule with its interval, and the verdict."""
    done = len(sums[model.name])
    drawn = bootstrap.weights([section.name] * done, seed)
    every = np.ones(len(model.space.genes), dtype=bool)
    samples = {name: Regions.of(regions).scores(drawn, every) for name, regions in sums.items()}
    rules = [name for name in samples if name != model.name]
    best = max(rules, key=lambda name: float(samples[name][DECIDING][0]))
    lead = bootstrap.estimate(samples[model.name][DECIDING] - samples[best][DECIDING])
    low, high = (lead.value if limit is None else limit for limit in (lead.low, lead.high))
    return Badge(
        model=model.name,
        section=section.name,
        verdict="ahead" if low > 0 else "behind" if high < 0 else "even",
        best_rule=best,
        difference=round(lead.value, 4),
        low=round(low, 4),
        high=round(high, 4),
        scores={name: {one: round(float(values[one][0]), 4) for one in SHOWN} for name, values in samples.items()},
        discs=done,
        cells=sum(int(region["cells"]) for region in sums[model.name]),
        warning=training_warning(model.record, section),
        seconds=round(seconds, 2),
    )
