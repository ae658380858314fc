"""How well two ways of grouping the same cells agree: AMI, NMI and ARI, from counts, so that patches of tissue can be resampled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.metrics.cluster import expected_mutual_information

BETTER = {"AMI": 1, "NMI": 1, "ARI": 1}


def tables(label: Sequence[int], cluster: Sequence[int], patch: Sequence[int]) -> np.ndarray:
    """How many cells of each patch have each label and lie in each cluster (patches, labels, clusters)."""
    parts = [np.asarray(one, dtype=np.int64) for one in (patch, label, cluster)]
    found = np.zeros([int(one.max()) + 1 for one in parts], dtype=np.int64)
    np.add.at(found, tuple(parts), 1)
    return found


def resampled(counts: np.ndarray, drawn: np.ndarray) -> dict[str, np.ndarray]:
    """Score → value (resamples,) of counts (patches, labels, clusters) under each row of weights (resamples, patches)."""
    rows = [agreement(np.tensordot(row, counts, axes=1)) for row in drawn]
    return {name: np.array([row[name] for row in rows]) for name in BETTER}


def agreement(counts: np.ndarray) -> dict[str, float]:
    """AMI, NMI (both by the mean of the entropies) and ARI of a table (labels, clusters) of whole counts; NaN where there is one group."""
    counts = np.asarray(np.rint(counts), dtype=np.int64)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        return dict.fromkeys(BETTER, float("nan"))
    total, of_label, of_cluster = int(counts.sum()), counts.sum(axis=1), counts.sum(axis=0)
    half = (_entropy(of_label) + _entropy(of_cluster)) / 2
    shared = _entropy(of_label) + _entropy(of_cluster) - _entropy(counts.ravel())
    chance = float(expected_mutual_information(counts, total))
    pairs = [float((part * (part - 1.0) / 2).sum()) for part in (counts, of_label, of_cluster)]
    by_chance = pairs[1] * pairs[2] / (total * (total - 1.0) / 2)
    return {
        "AMI": (shared - chance) / (half - chance),
        "NMI": shared / half,
        "ARI": (pairs[0] - by_chance) / ((pairs[1] + pairs[2]) / 2 - by_chance),
    }


def _entropy(counts: np.ndarray) -> float:
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log(share)).sum())
