"""Unseen cells: discs of a held-out section are hidden and generated from the rest, beside plain baselines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from ripple_core.benchmark.scores.metrics import per_cell_spearman, per_gene_pearson, rmse, z_rmse
from ripple_core.encoded import Rows, at_hand
from ripple_core.models.baselines.knn import NEIGHBOR_CHOICES
from ripple_core.models.baselines.neighborhood import nearest_average, radius_average
from ripple_core.models.contract import Model
from ripple_core.perturb.hide import GenerateSettings, Hiding
from ripple_core.roi import Roi
from ripple_core.section import Section

DISCS = 8
CELLS_PER_DISC = 40
LOCAL_RADIUS_SHARE = 1.5
Scores = dict[str, float]


def discs(section: Section, seed: int, count: int = DISCS, cells: int = CELLS_PER_DISC) -> list[Roi]:
    """Round regions of about so many cells at random cells of a section; the same for the same seed."""
    rng = np.random.default_rng([seed, 41])
    tree = cKDTree(section.xy_um)
    centers = section.xy_um[rng.choice(len(section), size=min(count, len(section)), replace=False)]
    k = min(cells, max(2, len(section) // 4))
    radii = tree.query(centers, k=k)[0][:, -1]
    return [
        Roi.circle((x, y), float(r) * 1.001, name=f"disc {i + 1}") for i, ((x, y), r) in enumerate(zip(centers, radii))
    ]


def best_k(section: Section, expression: Rows, seed: int) -> int:
    """The number of neighbours that predicts hidden discs of a training section best, by per-gene correlation."""
    scores = dict.fromkeys(NEIGHBOR_CHOICES, 0.0)
    for k in NEIGHBOR_CHOICES:
        pairs = [
            (expression[np.flatnonzero(inside)], neighbor_mean(section, expression, inside, k))
            for inside in _masks(section, seed + 1)
        ]
        scores[k] = per_gene_pearson(np.concatenate([p for _, p in pairs]), np.concatenate([t for t, _ in pairs]))
    return max(scores, key=lambda k: scores[k])


def neighbor_mean(section: Section, expression: Rows, inside: np.ndarray, k: int) -> np.ndarray:
    """Mean expression (hidden cells, genes) of the k nearest known cells."""
    return _averaged(nearest_average(section.xy_um[~inside], section.xy_um[inside], k), expression, inside)


def local_mean(section: Section, expression: Rows, inside: np.ndarray, radius_um: float) -> np.ndarray:
    """Mean expression of all known cells within a radius of each hidden cell; the nearest where there is none."""
    return _averaged(radius_average(section.xy_um[~inside], section.xy_um[inside], radius_um), expression, inside)


def _averaged(weights: sparse.csr_matrix, expression: Rows, inside: np.ndarray) -> np.ndarray:
    """Weights (hidden, known) times the expression of the known cells; only those with a weight are looked at."""
    seen = np.unique(weights.indices)
    return weights[:, seen] @ expression[np.flatnonzero(~inside)[seen]]


def score_unseen(
    model: Model, held_out: Section, training: Section, seed: int = 0
) -> Iterator[dict[str, Scores] | None]:
    """Score a model on hidden discs of a held-out section: yields None after each disc, then the table.

    Parameters
    ----------
    training
        A section the model was trained on: the baselines' own choices (k) are made there, never on the held-out one.

    Returns
    -------
    The table maps a row (model, no change, local mean, kNN) to its scores: per-gene Pearson, z-scored RMSE, per-cell Spearman,
    RMSE. "no change" is the training mean: nothing depends on the place.
    """
    k = best_k(training, at_hand(model.space, training), seed)
    expression = at_hand(model.space, held_out)
    rows: dict[str, list[np.ndarray]] = {}
    true: list[np.ndarray] = []
    for roi in discs(held_out, seed):
        run = Hiding(held_out, model, roi, GenerateSettings(seed=seed))
        for _ in run.steps():
            pass
        inside = np.zeros(len(held_out), dtype=bool)
        inside[run.zone.targets] = True
        radius = LOCAL_RADIUS_SHARE * float(np.sqrt(roi.area_um2 / np.pi))
        predictions = {
            model.name: run.tally.mean(run.zone.targets)[0],
            "no change": np.tile(model.space.mean, (int(inside.sum()), 1)),
            "local mean": local_mean(held_out, expression, inside, radius),
            f"kNN (k = {k})": neighbor_mean(held_out, expression, inside, k),
        }
        for name, values in predictions.items():
            rows.setdefault(name, []).append(values)
        true.append(expression[run.zone.targets])
        yield None
    yield {name: _scores(np.concatenate(values), np.concatenate(true)) for name, values in rows.items()}


def _scores(predicted: np.ndarray, true: np.ndarray) -> Scores:
    return {
        "per-gene Pearson": per_gene_pearson(predicted, true),
        "z-scored RMSE": z_rmse(predicted, true),
        "per-cell Spearman": per_cell_spearman(predicted, true),
        "RMSE": rmse(predicted, true),
    }


def _masks(section: Section, seed: int) -> list[np.ndarray]:
    return [roi.contains(section.xy_um) for roi in discs(section, seed)]
