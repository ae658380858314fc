"""A result in a few numbers, for lists of results: cells, the strongest gene, how strongly the others respond."""

from __future__ import annotations

from dataclasses import dataclass

import anndata as ad
import numpy as np

from ripple_core.perturb.reading import response


@dataclass(frozen=True)
class Headline:
    """What a result comes to.

    Parameters
    ----------
    cells
        Regenerated cells.
    gene, change
        The gene, of those that were not edited, whose mean response is strongest, and that response (log-normalised); of all genes
        where every one was edited. Empty and 0 without cells.
    strength
        Mean |response| over the regenerated cells and the genes that were not edited (log-normalised).
    """

    cells: int
    gene: str = ""
    change: float = 0.0
    strength: float = 0.0


def headline(result: ad.AnnData) -> Headline:
    """The numbers of a result of a perturbation; DataError for anything else."""
    cells = response.regenerated(result)
    counted = response.counted_genes(result)
    if not len(cells) or not counted.any():
        return Headline(len(cells))
    changes = np.asarray(cells.layers["response"])[:, counted]
    mean = changes.mean(axis=0)
    strongest = int(np.argmax(np.abs(mean)))
    gene = str(result.var_names[counted][strongest])
    return Headline(len(cells), gene, float(mean[strongest]), float(np.abs(changes).mean()))
