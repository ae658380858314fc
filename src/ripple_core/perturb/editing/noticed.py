"""Whether a model notices an edit: cells that it reads as another meta cell, and cells unlike any of its training."""

from __future__ import annotations

import numpy as np

from ripple_core.models.contract import Model, Quantizer

FAR_PERCENTILE = 99.0


def token_flips(model: Model | None, before: np.ndarray, after: np.ndarray) -> float | None:
    """Share of the cells (cells, genes) that become another meta cell; None without cells, or for a model without meta cells."""
    if not isinstance(model, Quantizer) or not len(after):
        return None
    return float((model.tokens(before) != model.tokens(after)).mean())


def out_of_range(model: Model | None, cells: np.ndarray) -> float | None:
    """Share of the cells (cells, genes) farther from every meta cell than 99 % of the training's; None likewise."""
    if not isinstance(model, Quantizer) or not len(cells):
        return None
    return float((model.token_distance(cells) > FAR_PERCENTILE).mean())
