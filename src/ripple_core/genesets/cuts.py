"""Cut-offs: which genes of a DEG table pass, by direction, size, adjusted p and rank."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from ripple_core.settings import Settings

Direction = Literal["both", "up", "down"]
SIGNIFICANT = 0.05


class Cuts(Settings):
    """What a gene of a DEG table has to reach."""

    direction: Direction = Field("both", description="Keep the genes that went up, down, or both.")
    min_abs_lfc: float = Field(
        0.0, ge=0, description="Keep the genes whose log2 fold change is at least this large, up or down."
    )
    max_padj: float | None = Field(
        SIGNIFICANT, ge=0, le=1, description="Keep the genes whose adjusted p is at most this; 1 keeps all."
    )
    top: int | None = Field(None, ge=1, description="Keep only so many genes, the strongest first.")


def passing(table: pd.DataFrame, cuts: Cuts) -> np.ndarray:
    """Which rows (genes,) of a table with ``gene``, ``lfc`` and, if there is one, ``padj`` pass.

    A gene without a change never passes. Of genes equally strong the first are kept.

    >>> table = pd.DataFrame({"gene": ["A", "B", "C"], "lfc": [2.0, -1.0, 0.1], "padj": [0.01, 0.01, 0.9]})
    >>> passing(table, Cuts(direction="up")).tolist()
    [True, False, False]
    """
    lfc = table["lfc"].to_numpy(dtype=float)
    keep = np.isfinite(lfc) & (lfc != 0) & (np.abs(lfc) >= cuts.min_abs_lfc)
    if cuts.direction != "both":
        keep &= lfc > 0 if cuts.direction == "up" else lfc < 0
    if cuts.max_padj is not None and cuts.max_padj < 1 and "padj" in table:
        keep &= table["padj"].to_numpy(dtype=float) <= cuts.max_padj
    if cuts.top is not None:
        size = np.where(keep, -np.abs(lfc), np.inf)
        keep[np.argsort(size, kind="stable")[cuts.top :]] = False
    return keep
