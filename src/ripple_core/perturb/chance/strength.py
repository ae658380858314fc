"""How strongly each cell responds: the mean |response| over genes that were not edited, summed over draws."""

from __future__ import annotations

import numpy as np


class Strength:
    """Running mean strength of several edits (edits, targets) on the same cells.

    Parameters
    ----------
    counted
        Which genes count for which edit (edits, genes); an edit of all genes counts them all.
    targets
        Rows of the section (targets,), of ``cells`` in all.
    """

    def __init__(self, counted: np.ndarray, targets: np.ndarray, cells: int) -> None:
        counted = np.where(counted.any(axis=1, keepdims=True), counted, True)
        self._share = (counted / counted.sum(axis=1, keepdims=True)).astype(np.float32)
        self._place = np.full(cells, -1, dtype=np.int64)
        self._place[targets] = np.arange(len(targets))
        self._total = np.zeros((len(counted), len(targets)))
        self._times = np.zeros(len(targets), dtype=np.int64)

    def add(self, cells: np.ndarray, response: np.ndarray) -> None:
        """Add one draw (edits, cells, genes) for these rows of the section."""
        place = self._place[cells]
        self._total[:, place] += np.einsum("ecg,eg->ec", np.abs(response), self._share)
        self._times[place] += 1

    @property
    def draws(self) -> int:
        """Cells that have been added, each as often as it was drawn."""
        return int(self._times.sum())

    def mean(self, cells: np.ndarray) -> np.ndarray:
        """Mean strength (edits, cells) over draws."""
        place = self._place[cells]
        return self._total[:, place] / np.maximum(self._times[place], 1)
