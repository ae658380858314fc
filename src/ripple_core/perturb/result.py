"""What a run gives back: the touched cells as AnnData, every simulated layer named, and the record of how it was made."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core.encoded import Encoded
from ripple_core.expression import GeneMatch
from ripple_core.models.card import verdict
from ripple_core.models.contract import Model
from ripple_core.perturb import whereabouts
from ripple_core.perturb.chance.calibration import NullStatistics
from ripple_core.perturb.editing.edits import Applied, Edit
from ripple_core.perturb.reading import effects
from ripple_core.perturb.tally import Tally
from ripple_core.perturb.zone import Zone
from ripple_core.roi import Roi
from ripple_core.section import Section
from ripple_core.settings import Settings

SCHEMA = 1
PACKAGES = ("napari-ripple", "torch", "numpy", "scikit-learn", "anndata")
TRAINING = ("sections", "held_out", "cells", "steps", "seconds", "date")
SPACE_NOTE = "log1p of counts scaled to the model's training median"


class Run(Protocol):
    """What a result needs of a run, finished or stopped."""

    section: Section
    model: Model
    roi: Roi
    zone: Zone
    match: GeneMatch
    observed: Encoded
    tally: Tally
    order: np.ndarray
    seconds: float
    report: dict[str, Any]

    @property
    def settings(self) -> Settings:
        """How it ran."""

    @property
    def repeats(self) -> int:
        """Runs that each cell's mean is over."""


class PerturbationRun(Run, Protocol):
    """What the result of a perturbation needs besides."""

    own_roi: Roi
    edits: list[Edit]
    applied: Applied

    def null_statistics(self) -> NullStatistics | None:
        """p and FDR of genes and cells, or None."""

    def placebo_spread(self) -> np.ndarray | None:
        """Spread (genes,) of the placebos' mean responses, or None."""

    def run_means(self) -> np.ndarray:
        """Mean response (runs, genes) of each finished run."""


class HidingRun(Run, Protocol):
    """What the result of hidden cells needs besides."""

    def spread(self, cells: np.ndarray) -> np.ndarray:
        """Standard deviation over draws (cells, genes)."""


def of_perturbation(run: PerturbationRun) -> ad.AnnData:
    """ROI and regenerated cells of a perturbation: observed, control, perturbed, response; the rest in ``uns['ripple']``."""
    roi, done = run.zone.roi, run.tally.cells()
    rows = np.concatenate([roi, done])
    control, perturbed = run.tally.mean(done)
    inside = run.observed[roi]
    layers = {
        "control": np.concatenate([inside, control]),
        "perturbed": np.concatenate([run.applied.expression, perturbed]),
    }
    layers["response"] = layers["perturbed"] - layers["control"]
    if run.repeats > 1:
        layers["response_sd"] = np.concatenate([np.zeros_like(inside), run.tally.spread(done)])
    result = _touched(run.section, rows, len(roi), run.zone.distance_um[rows], run.order[rows])
    columns = run.match.column
    if run.applied.population is not None:
        whereabouts.add(result, run.applied, layers, run.match.column, run.section)
    _add_layers(result, {"observed": run.observed[rows], **layers}, columns)
    result.var["ripple_edited"] = _by_gene(result, columns, run.applied.edited, False)
    if run.repeats > 1:
        counted = ~run.applied.edited if not run.applied.edited.all() else run.applied.edited
        result.obs["ripple_response_sd"] = layers["response_sd"][:, counted].mean(axis=1)
    statistics = run.null_statistics()
    if statistics is not None:
        _add_statistics(result, statistics, columns, len(roi))
        spread = run.placebo_spread()
        if spread is not None:
            result.var["ripple_placebo_sd"] = _by_gene(result, columns, spread, np.nan)
    means = run.run_means()
    if len(means) > 1:
        result.var["ripple_response_sd"] = _by_gene(result, columns, means.std(axis=0, ddof=1), np.nan)
    complete = bool(len(done) == len(run.zone.targets) and (run.tally.count[: run.tally.used] == run.repeats).all())
    stayed = np.isfinite(layers["response"]).all(axis=1)
    found = effects.measured(layers["response"][stayed], int(stayed[: len(roi)].sum()), run.applied.edited, statistics)
    facts = {
        **run.report,
        **found,
        "edits": [edit.as_plain() for edit in run.edits],
        "roi": run.own_roi.as_feature(),
        "complete": complete,
    }
    result.uns["ripple"] = record("perturb", run, facts)
    return result


def of_hiding(run: HidingRun) -> ad.AnnData:
    """The cells of a hidden region, generated from the rest."""
    done = run.tally.cells()
    result = _touched(run.section, done, 0, run.zone.distance_um[done], run.order[done])
    layers = {"observed": run.observed[done], "generated": run.tally.mean(done)[0]}
    if run.repeats > 1:
        layers["response_sd"] = run.spread(done)  # of what was generated: the file has one name for spreads
    _add_layers(result, layers, run.match.column)
    result.var["ripple_edited"] = False
    facts = {**run.report, "complete": len(done) == len(run.zone.targets)}
    result.uns["ripple"] = record("generate", run, facts)
    return result


def _add_statistics(result: ad.AnnData, statistics: NullStatistics, columns: np.ndarray, n_roi: int) -> None:
    """p and q of every gene and regenerated cell; NaN for genes that were edited and for the region's own cells."""
    for name in ("p", "q"):
        result.var[f"ripple_{name}"] = _by_gene(result, columns, getattr(statistics, f"{name}_genes"), np.nan)
        each = getattr(statistics, f"{name}_cells")
        result.obs[f"ripple_{name}"] = np.concatenate([np.full(n_roi, np.nan), each])


def _touched(section: Section, rows: np.ndarray, n_roi: int, distance_um: np.ndarray, order: np.ndarray) -> ad.AnnData:
    """The touched cells with their counts, role, distance and order."""
    part = section.subset(rows)
    result = part.to_anndata()
    result.obs["ripple_role"] = pd.Categorical(
        ["roi"] * n_roi + ["regenerated"] * (len(rows) - n_roi), categories=["roi", "regenerated"]
    )
    result.obs["ripple_distance_um"] = distance_um
    result.obs["ripple_order"] = order
    return result


def _add_layers(result: ad.AnnData, layers: Mapping[str, np.ndarray], columns: np.ndarray) -> None:
    """Put layers (cells, model genes) on the section's genes; genes that the model does not know are NaN."""
    present = columns >= 0
    for name, values in layers.items():
        full = np.full(result.shape, np.nan, dtype=np.float32)
        full[:, columns[present]] = values[:, present]
        result.layers[name] = full
    known = np.zeros(result.n_vars, dtype=bool)
    known[columns[present]] = True
    result.var["ripple_in_model"] = known


def _by_gene(result: ad.AnnData, columns: np.ndarray, values: np.ndarray, fill: Any) -> np.ndarray:
    """A value per model gene as one per gene of the section."""
    full = np.full(result.n_vars, fill, dtype=values.dtype)
    full[columns[columns >= 0]] = values[columns >= 0]
    return full


def record(task: str, run: Run, facts: dict[str, Any]) -> str:
    """How a result was made, as one JSON string; ``facts`` are what the task adds."""
    settings, model, seconds = run.settings.model_dump(), run.model, run.seconds
    rate = round(len(run.tally.cells()) / seconds, 1) if seconds else None
    edits = facts.get("edits", [])
    recipe = {
        "task": task,
        "section": run.section.name,
        "roi": facts.get("roi") or run.roi.as_feature(),
        "edits": edits,
        "settings": settings,
    }
    content = {
        "schema": SCHEMA,
        "simulated": True,
        "task": task,
        "recipe": recipe,
        "model": model.name,
        "checkpoint_hash": model.record.get("hash", ""),
        "input_hash": input_hash(run.section),
        "versions": versions(),
        "device": model.device,
        "seed": settings.get("seed"),
        "space": SPACE_NOTE,
        "scores": model.record.get("scores", {}),
        "verdict": verdict(model.record),
        "training": {name: model.record[name] for name in TRAINING if name in model.record},
        "section_cells": len(run.section),
        "section_genes": len(run.section.genes),
        "timings": {"seconds": round(seconds, 3), "cells_per_second": rate},
        **{name: value for name, value in facts.items() if name not in ("edits", "roi")},
    }
    return json.dumps(content)


def input_hash(section: Section) -> str:
    """SHA-256 of what the run read of a section: counts, positions, names."""
    return section.fingerprint


def versions() -> dict[str, str]:
    """Versions of Python and of what computed the result."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
