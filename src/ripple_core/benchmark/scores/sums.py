"""Sums over the cells of one hidden region, from which every score of any set of regions follows, resampled ones as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist

from ripple_core.benchmark.scores.metrics import spearman_by_cell

DIGITS = 7
STEP_EDGES = (0, 10, 20, 40, 80, 160, 320)
"""Generation steps are counted in these ranges."""
BETTER = {
    "per-gene Pearson": 1,
    "per-gene Pearson, top 50": 1,
    "z-scored RMSE": -1,
    "z-scored RMSE, top 50": -1,
    "RMSE": -1,
    "per-cell Spearman": 1,
    "energy distance": -1,
}
"""Score → 1 where more is better, −1 where less is."""


def of_region(predicted: np.ndarray, true: np.ndarray, mean: np.ndarray, std: np.ndarray) -> dict[str, Any]:
    """The sums of one region as plain values.

    Parameters
    ----------
    predicted, true
        Expression (cells, genes), log-normalised, in the order of generation.
    mean, std
        Of the training cells (genes,): sums are taken about the mean, so that nothing is lost in rounding.
    """
    p, t = predicted.astype(np.float64) - mean, true.astype(np.float64) - mean
    by_gene = {"p": p, "t": t, "pp": p * p, "tt": t * t, "pt": p * t}
    squared = ((p - t) ** 2).mean(axis=1)
    step = np.digitize(np.arange(len(p)), STEP_EDGES) - 1
    counts = np.bincount(step, minlength=len(STEP_EDGES))
    return {
        "cells": len(p),
        "genes": {name: _rounded(values.sum(axis=0)) for name, values in by_gene.items()},
        "spearman": float(spearman_by_cell(predicted, true).sum()),
        "energy": energy_distance((p / std), (t / std)),
        "step_cells": counts.tolist(),
        "step_squared": _rounded(np.bincount(step, weights=squared, minlength=len(STEP_EDGES))),
    }


def energy_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Energy distance of two sets of cells (cells, genes): 2 E|a − b| − E|a − a'| − E|b − b'|, per root of the genes."""
    between, within_a, within_b = (float(cdist(x, y).mean()) for x, y in ((a, b), (a, a), (b, b)))
    return (2 * between - within_a - within_b) / float(np.sqrt(a.shape[1]))


@dataclass(frozen=True)
class Regions:
    """The sums of many regions as arrays: ``section`` (regions,), ``cells`` (regions,), ``genes`` name → (regions, genes)."""

    section: np.ndarray
    size: np.ndarray
    cells: np.ndarray
    genes: dict[str, np.ndarray]
    spearman: np.ndarray
    energy: np.ndarray
    step_cells: np.ndarray
    step_squared: np.ndarray

    @classmethod
    def of(cls, regions: Sequence[dict[str, Any]]) -> Regions:
        """From what :func:`of_region` gave, with ``section`` and ``size`` added."""
        column = lambda key: np.array([region[key] for region in regions])  # noqa: E731
        names = regions[0]["genes"]
        genes = {name: np.array([region["genes"][name] for region in regions]) for name in names}
        rest = (column(key) for key in ("spearman", "energy", "step_cells", "step_squared"))
        return cls(column("section"), column("size"), column("cells"), genes, *rest)

    def scores(self, drawn: np.ndarray, top: np.ndarray) -> dict[str, np.ndarray]:
        """Every score (rows,) under each row of weights (rows, regions): pooled in a section, then the mean of the sections.

        ``top`` (genes,) marks the spatially most variable genes.
        """
        places = [self.section == name for name in np.unique(self.section)]
        times = np.array([drawn[:, here].sum(axis=1) / here.sum() for here in places])
        parts = [self._of_section(drawn[:, here], here, top) for here in places]
        return {name: (times * [part[name] for part in parts]).sum(axis=0) / times.sum(axis=0) for name in BETTER}

    def _of_section(self, drawn: np.ndarray, here: np.ndarray, top: np.ndarray) -> dict[str, np.ndarray]:
        n = np.maximum(drawn @ self.cells[here], 1)[:, None]
        p, t, pp, tt, pt = (drawn @ self.genes[name][here] / n for name in ("p", "t", "pp", "tt", "pt"))
        spread = np.sqrt(np.maximum(pp - p**2, 0.0) * np.maximum(tt - t**2, 0.0))
        r = np.divide(pt - p * t, spread, out=np.zeros_like(spread), where=spread > 1e-9)
        varies = (tt - t**2) > 1e-9
        both = {"": varies, ", top 50": varies & top}
        found = {f"per-gene Pearson{end}": _mean_where(r, mask) for end, mask in both.items()}
        found |= {f"z-scored RMSE{end}": np.sqrt(_mean_where(2 * (1 - r), mask)) for end, mask in both.items()}
        found["RMSE"] = np.sqrt(np.maximum(pp - 2 * pt + tt, 0.0).mean(axis=1))
        found["per-cell Spearman"] = drawn @ self.spearman[here] / n[:, 0]
        found["energy distance"] = drawn @ self.energy[here] / np.maximum(drawn.sum(axis=1), 1)
        return found

    def error_by_step(self, drawn: np.ndarray) -> np.ndarray:
        """RMSE (rows, ranges) of the cells generated in each range of steps; NaN where there are none."""
        cells = drawn @ self.step_cells
        squared = np.maximum(drawn @ self.step_squared, 0.0)
        return np.sqrt(np.divide(squared, cells, out=np.full(cells.shape, np.nan), where=cells > 0))


def _mean_where(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Mean (rows,) of the marked values (rows, genes)."""
    return (values * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in values]
