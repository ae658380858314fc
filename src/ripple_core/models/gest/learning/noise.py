"""What is done to the cells a GeST reads in training, so that it reads an edited cell for what it expresses."""

from __future__ import annotations

import numpy as np

from ripple_core.models.gest.meta_cells.vocabulary import Vocabulary
from ripple_core.training.config import InputNoise
from ripple_core.training.windows import Batch

LARGEST_SHARE = 0.95
LENDERS = 3


def noisy_input(
    batch: Batch,
    quantised: np.ndarray,
    vocabulary: Vocabulary,
    blank: np.ndarray,
    noise: InputNoise,
    rng: np.random.Generator,
) -> np.ndarray:
    """The expression (batch, cells, genes) that enters the network in place of the cells' own.

    Partly meta cells, partly the cell itself, a few wrong ones; then genes are borrowed from neighbours, and blanked.

    Parameters
    ----------
    quantised
        What stands for each cell (batch, cells, genes) in the vocabulary's terms.
    blank
        What a blanked gene holds (genes,): the training mean.
    """
    seen = quantised.copy()
    own = rng.random(batch.token.shape) < noise.continuous_share
    seen[own] = batch.expression[own]
    wrong = rng.random(batch.token.shape) < noise.token_noise
    seen[wrong] = vocabulary.expression[rng.integers(len(vocabulary), size=int(wrong.sum()))]
    lent = np.take_along_axis(seen, lenders(batch.place, rng)[..., None], axis=1)
    _replace_genes(seen, lent, noise.gene_borrowing, rng)
    _replace_genes(seen, np.broadcast_to(blank, seen.shape), noise.gene_dropout, rng)
    return seen


def lenders(place: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each cell (batch, cells), one of the nearest cells that are read before it; the first cells lend to themselves.

    Only earlier cells may lend: a gene lent by a later one would tell the network what it is asked for.
    """
    batch, cells, _ = place.shape
    squared = ((place[:, :, None] - place[:, None]) ** 2).sum(axis=-1)
    squared[:, ~np.tri(cells, k=-1, dtype=bool)] = np.inf
    squared[:, np.arange(cells), np.arange(cells)] = np.finfo(np.float32).max
    nearest = np.argpartition(squared, min(LENDERS, cells - 1), axis=-1)[..., :LENDERS]
    chosen = rng.integers(nearest.shape[-1], size=(batch, cells))
    lender = np.take_along_axis(nearest, chosen[..., None], axis=-1)[..., 0]
    return np.where(lender < np.arange(cells), lender, np.arange(cells))


def _replace_genes(seen: np.ndarray, other: np.ndarray, share_of_cells: float, rng: np.random.Generator) -> None:
    """Replace a random part of the genes of some cells by what ``other`` holds there, in place."""
    chosen = rng.random(seen.shape[:2]) < share_of_cells
    cells = seen[chosen]
    part = rng.random((len(cells), 1)) * LARGEST_SHARE
    replaced = rng.random(cells.shape, dtype=np.float32) < part
    seen[chosen] = np.where(replaced, other[chosen], cells)
