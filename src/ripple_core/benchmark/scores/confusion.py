"""How well labels were given: macro F1 and accuracy, from counts, so that patches of tissue can be resampled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BETTER = {"macro F1": 1, "accuracy": 1}


def resampled(
    true: Sequence[int], given: Sequence[int], patch: Sequence[int], drawn: np.ndarray
) -> dict[str, np.ndarray]:
    """Score → value (resamples,) of labels (cells,) under each row of weights (resamples, patches).

    Macro F1 is the mean F1 of the labels that occur among the true ones of a resample; cells given a label that does not occur
    count against their true one only.
    """
    told, said, where = (np.asarray(one, dtype=np.int64) for one in (true, given, patch))
    labels = int(max(told.max(), said.max())) + 1
    occurs, claimed, right = (np.zeros((drawn.shape[1], labels)) for _ in range(3))
    np.add.at(occurs, (where, told), 1)
    np.add.at(claimed, (where, said), 1)
    np.add.at(right, (where[told == said], told[told == said]), 1)
    occurs, claimed, right = drawn @ occurs, drawn @ claimed, drawn @ right
    f1 = np.where(occurs > 0, 2 * right / np.maximum(occurs + claimed, 1), 0.0)
    return {
        "macro F1": f1.sum(axis=1) / np.maximum((occurs > 0).sum(axis=1), 1),
        "accuracy": right.sum(axis=1) / np.maximum(occurs.sum(axis=1), 1),
    }
