"""Numbers and names as paint: the values of some cells, and what they are coloured between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from napari_ripple.state.view import ColorBy

MAX_NUMBER_LABELS = 30
FIRST_LOOK = 10_000


@dataclass(frozen=True, eq=False)
class Paint:
    """Values of some cells and how they become colours.

    Parameters
    ----------
    kind
        ``numbers`` (sequential map), ``response`` (diverging map around 0), ``labels`` (one colour a category) or
        ``plain`` (grey).
    values
        Numbers (cells,), NaN where unknown; for ``labels`` the index of the category, -1 where there is none.
    limits
        The values that get the first and the last colour.
    counted
        Whether a zero of ``numbers`` means that nothing was counted: what is not above the first limit is drawn quietly.
    weights
        For a gene set, what one unit of each gene's log-normalised expression adds to the values.
    """

    kind: Literal["numbers", "response", "labels", "plain"]
    values: np.ndarray
    limits: tuple[float, float] = (0.0, 1.0)
    categories: tuple[str, ...] = ()
    title: str = ""
    counted: bool = False
    weights: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def scalars(self) -> np.ndarray:
        """One float32 number (cells,) a cell, NaN where unknown: what a canvas draws from."""
        values = np.asarray(self.values, dtype=np.float32)
        unknown = values < 0 if self.kind == "labels" else np.isinf(values)
        if unknown.any():
            values = np.where(unknown, np.float32(np.nan), values)
        return values

    @cached_property
    def n_quiet(self) -> int:
        """Cells with a value that are not above the first limit, where these are drawn quietly; else 0."""
        return int((self.scalars <= np.float32(self.limits[0])).sum()) if self.counted else 0

    @cached_property
    def n_unknown(self) -> int:
        """Cells without a value."""
        return int(np.isnan(self.scalars).sum())

    @cached_property
    def counts(self) -> np.ndarray:
        """Cells (categories,) of each category of ``labels``."""
        return np.bincount(self.values[self.values >= 0], minlength=len(self.categories))


def limits(values: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """Two different numbers at the given percentiles of the finite values; a gene that is all zero gets (0, 1)."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    bottom, top = (float(v) for v in np.percentile(finite, [min(low, high), max(low, high)]))
    if top <= bottom:
        top = float(finite.max())
    return (bottom, top) if top > bottom else (bottom, bottom + 1.0)


def relimited(paint: Paint, by: ColorBy) -> Paint:
    """The same numbers between other percentiles."""
    if paint.kind != "numbers":
        return paint
    return replace(paint, limits=limits(paint.values, by.low, by.high))


def column(table: pd.Series, by: ColorBy) -> Paint:
    """The paint of one column: many numbers stay numbers, anything else becomes categories."""
    if is_measure(table):
        values = table.to_numpy(dtype=np.float32, na_value=np.nan)
        return Paint("numbers", values, limits(values, by.low, by.high), title=by.key)
    return label_paint(table.astype("category").cat.remove_unused_categories(), by)


def is_measure(table: pd.Series) -> bool:
    """Whether a column holds many different numbers."""
    if not pd.api.types.is_numeric_dtype(table) or pd.api.types.is_bool_dtype(table):
        return False
    return table.iloc[:FIRST_LOOK].nunique() > MAX_NUMBER_LABELS or table.nunique() > MAX_NUMBER_LABELS


def label_paint(labels: pd.Series, by: ColorBy) -> Paint:
    categories = tuple(map(str, labels.cat.categories))
    return Paint("labels", labels.cat.codes.to_numpy(np.int64), categories=categories, title=by.key)
