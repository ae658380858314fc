"""Random gene sets as placebos: the same kind of edit, as strong, on other genes of about the same expression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ripple_core.perturb.chance.calibration import FEWEST, p_values
from ripple_core.perturb.chance.placebos import NoPlacebos
from ripple_core.perturb.chance.strength import Strength
from ripple_core.perturb.editing.edits import Applied, Edit

ALIKE, ALIKE_SHARE = 15, 0.1
"""A placebo gene is drawn from the free genes that are nearest in expression: so many, or this share of all if that is more."""


def random_gene_sets(
    edits: Sequence[Edit], edited: np.ndarray, genes: pd.Index, level: np.ndarray, count: int, seed: int
) -> list[list[Edit]]:
    """``count`` placebos: the edits with their values given to genes that were not edited and are expressed about as much.

    Parameters
    ----------
    edited
        Which of ``genes`` (the model's) the real edit touched (genes,).
    level
        Expression of each gene (genes,), in any unit that orders them.
    """
    rng = np.random.default_rng([seed, 17])
    free = np.flatnonzero(~edited)
    column = {str(gene).casefold(): i for i, gene in reversed(list(enumerate(genes)))}
    rank = np.argsort(np.argsort(level, kind="stable"), kind="stable")
    placebos: list[list[Edit]] = []
    for _ in range(count):
        placebo = []
        for edit in edits:
            known = {column[gene.casefold()]: value for gene, value in edit.genes.items() if gene.casefold() in column}
            if known:
                chosen = _alike(np.array(list(known)), free, rank, rng)
                values = dict(zip(map(str, genes[chosen]), known.values()))
                placebo.append(Edit(**{**edit.model_dump(), "genes": values, "name": "placebo"}))
        placebos.append(placebo)
    return placebos


def _alike(wanted: np.ndarray, free: np.ndarray, rank: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One free gene for each wanted one, of about its rank of expression, none twice."""
    if len(wanted) > len(free):
        found = f"{len(free)} for {len(wanted)} edited ones"
        way_out = "Edit fewer genes, set null_kind to regions, or set null to 0"
        raise NoPlacebos("at least as many genes left unedited as were edited, for a null control", found, way_out)
    width = max(ALIKE, round(ALIKE_SHARE * len(free)))
    chosen = np.full(len(wanted), -1)
    left = list(free)
    for place in rng.permutation(len(wanted)):
        distance = np.abs(rank[left] - rank[wanted[place]])
        chosen[place] = left.pop(int(rng.choice(np.argsort(distance, kind="stable")[:width])))
    return chosen


class GenePlacebos:
    """What an edit and its placebos did to the same cells, kept as sums.

    Parameters
    ----------
    applied, placebos
        The edit and its placebos, applied to the same region.
    targets
        Rows of the section that are regenerated (targets,), of ``cells`` in all.
    """

    def __init__(self, applied: Applied, placebos: Sequence[Applied], targets: np.ndarray, cells: int) -> None:
        self.lines = tuple(placebos)
        self.counted = ~np.stack([applied.edited, *(placebo.edited | applied.edited for placebo in placebos)])
        self.total = np.zeros(self.counted.shape)
        self.strength = Strength(self.counted, targets, cells)

    @property
    def done(self) -> int:
        """Placebos that have something to say."""
        return len(self.lines)

    def add(self, cells: np.ndarray, lines: np.ndarray) -> None:
        """Add one draw (lines, cells, genes): control, perturbed, then the placebos."""
        response = lines[1:] - lines[:1]
        self.total += response.sum(axis=1)
        self.strength.add(cells, response)

    def p_of_genes(self) -> np.ndarray:
        """p (genes,) of the mean response of each gene; NaN for those that were edited."""
        p = p_values(self.total[0], self.total[1:], self.counted[1:])
        return np.where(self.counted[0], p, np.nan)

    def spread_of_genes(self) -> np.ndarray:
        """Root mean square (genes,) of the placebos' mean responses; NaN for genes that were edited or that too few leave alone."""
        mean = self.total[1:] / max(self.strength.draws, 1)
        return root_mean_square(mean, self.counted[1:])

    def p_of_cells(self, cells: np.ndarray) -> np.ndarray:
        """p (cells,) of the strength of each cell's response."""
        mean = self.strength.mean(cells)
        return p_values(mean[0], mean[1:])


def root_mean_square(values: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Over placebos (placebos, genes), of those that are valid; NaN with fewer than so many as p needs."""
    count = valid.sum(axis=0)
    square = np.where(valid, values**2, 0.0).sum(axis=0) / np.maximum(count, 1)
    return np.where(count >= FEWEST, np.sqrt(square), np.nan)
