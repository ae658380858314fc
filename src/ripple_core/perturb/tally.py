"""Mean and spread of what repeated runs gave each cell, kept as sums so that a run may stop at any cell."""

from __future__ import annotations

import numpy as np


class Tally:
    """Running mean and spread per cell.

    Rows are taken up when a cell first comes, so memory follows the cells generated, not the section.

    Parameters
    ----------
    cells, genes
        Cells of the section, genes of the model.
    lines
        Lines that are summed side by side (control and perturbed: 2).
    """

    def __init__(self, cells: int, genes: int, lines: int) -> None:
        self.used = 0
        self._place = np.zeros(cells, dtype=np.int64)  # + 1; pages of zeros cost nothing until they are used
        self._rows: list[np.ndarray] = []
        self.count = np.zeros(0, dtype=np.int64)
        self.total = np.zeros((lines, 0, genes), dtype=np.float64)
        self.difference_square = np.zeros((0, genes), dtype=np.float64)

    def add(self, cells: np.ndarray, lines: np.ndarray) -> None:
        """Add one draw (lines, cells, genes) for these rows of the section (cells,)."""
        slot = self._slots(cells)
        self.count[slot] += 1
        self.total[:, slot] += lines
        if len(lines) == 2:
            self.difference_square[slot] += (lines[1] - lines[0]).astype(np.float64) ** 2

    def _slots(self, cells: np.ndarray) -> np.ndarray:
        new = cells[self._place[cells] == 0]
        self._place[new] = np.arange(self.used, self.used + len(new)) + 1
        self._rows.append(new)
        self.used += len(new)
        if self.used > len(self.count):
            grow = max(256, len(self.count), self.used - len(self.count))
            self.count = np.concatenate([self.count, np.zeros(grow, dtype=np.int64)])
            self.total = np.concatenate(
                [self.total, np.zeros((self.total.shape[0], grow, self.total.shape[2]))], axis=1
            )
            self.difference_square = np.concatenate([self.difference_square, np.zeros((grow, self.total.shape[2]))])
        return self.slot(cells)

    def slot(self, cells: np.ndarray) -> np.ndarray:
        """Where what is known of these cells (cells,) is kept, which have been added before."""
        return self._place[cells] - 1

    def cells(self) -> np.ndarray:
        """Rows of the section that have been generated, ascending."""
        self._rows = [np.sort(np.concatenate([np.empty(0, np.int64), *self._rows]))]
        return self._rows[0]

    def mean(self, cells: np.ndarray) -> np.ndarray:
        """Mean over draws (lines, cells, genes)."""
        slot = self.slot(cells)
        return (self.total[:, slot] / self.count[slot][:, None]).astype(np.float32)

    def spread(self, cells: np.ndarray) -> np.ndarray:
        """Standard deviation over draws (cells, genes) of line 1 − line 0; 0 where there was one draw."""
        slot = self.slot(cells)
        n = self.count[slot][:, None]
        mean = (self.total[1, slot] - self.total[0, slot]) / n
        variance = (self.difference_square[slot] - n * mean**2) / np.maximum(n - 1, 1)
        return np.sqrt(np.maximum(variance, 0.0)).astype(np.float32)
