"""DEG between two groups of cells of one section: Wilcoxon's rank-sum test or Welch's t-test, gene by gene."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats

from ripple_core.errors import DataError, sentence
from ripple_core.progress import Progress, finished
from ripple_core.section import Section

Method = Literal["wilcoxon", "t-test"]
METHODS: tuple[Method, ...] = ("wilcoxon", "t-test")
FEWEST = 3
EVERY = 50


@dataclass(frozen=True)
class Sides:
    """Log-normalised values of one gene in two groups, (first,) and (second,)."""

    first: np.ndarray
    second: np.ndarray


def compare_iter(
    section: Section, first: np.ndarray, second: np.ndarray | None, scale: np.ndarray, method: Method = "wilcoxon"
) -> Generator[Progress, None, pd.DataFrame]:
    """Stream a comparison, some genes at a time; returns the table of :func:`compare`."""
    rows = _sides(section, first, second)
    if method not in METHODS:
        raise DataError(sentence(f"one of {', '.join(METHODS)}", repr(method), "Choose one of these"))
    test = wilcoxon if method == "wilcoxon" else t_test
    found = np.zeros((len(section.genes), 5))
    for i, gene in enumerate(section.genes):
        values = section.gene(str(gene))
        linear = [values[part] * scale[part] for part in rows]
        means = [float(side.mean()) for side in linear]
        found[i] = (*means, log2_fold(*linear), *test(Sides(*map(np.log1p, linear))))
        if i % EVERY == 0:
            yield Progress(i, len(found), f"{i:,} of {len(found):,} genes compared")
    table = pd.DataFrame(found, columns=["mean_first", "mean_second", "lfc", "score", "p"])
    table.insert(0, "gene", section.genes.astype(str))
    table["padj"] = stats.false_discovery_control(table["p"], method="bh")
    yield Progress(len(found), len(found), "done")
    return table


def compare(section: Section, first: np.ndarray, second: np.ndarray | None = None, **options: Any) -> pd.DataFrame:
    """Every gene of a section in one group of cells against another.

    Parameters
    ----------
    first, second
        Rows of the section (cells,); ``second`` None means all others. Cells in both count for the first.
    scale
        Factor (cells,) that brings a cell's counts to its normalised ones, as ``ExpressionSpace.factors`` gives it.
    method
        ``wilcoxon``: rank sums with ties, normal approximation; ``t-test``: Welch's, with the variance of the second
        group taken as if it were as small as the first, which overestimates it and is careful with large rests.

    Returns
    -------
    DataFrame
        ``gene``; ``mean_first`` and ``mean_second`` of normalised counts; ``lfc``, see :func:`log2_fold`; ``score``
        (z or t); ``p``; ``padj`` (Benjamini and Hochberg, over all genes).
    """
    return finished(compare_iter(section, first, second, **options))


def log2_fold(first: np.ndarray, second: np.ndarray) -> float:
    """log2 of the ratio of means of normalised counts, (first,) and (second,).

    One count in the smaller group is added to both means: a gene that one group lacks gets a large fold, not an endless one.
    """
    one = 1.0 / min(len(first), len(second))
    return float(np.log2((first.mean() + one) / (second.mean() + one)))


def wilcoxon(sides: Sides) -> tuple[float, float]:
    """z and two-sided p of Wilcoxon's rank-sum test, corrected for ties, for values that are not negative.

    Only the cells that express the gene are sorted: all others share one rank.
    """
    n, m = len(sides.first), len(sides.second)
    positive = np.concatenate([sides.first[sides.first > 0], sides.second[sides.second > 0]])
    in_first = int((sides.first > 0).sum())
    zeros = n + m - len(positive)
    ranks = zeros + stats.rankdata(positive)
    total = (n - in_first) * (zeros + 1) / 2 + ranks[:in_first].sum()
    ties = np.append(np.unique(positive, return_counts=True)[1], zeros).astype(np.float64)
    size = float(n + m)
    spread = n * m / 12 * ((size + 1) - (ties**3 - ties).sum() / (size * (size - 1)))
    if spread <= 0:
        return 0.0, 1.0
    z = (total - n * (size + 1) / 2) / np.sqrt(spread)
    return float(z), float(2 * stats.norm.sf(abs(z)))


def t_test(sides: Sides) -> tuple[float, float]:
    """t and two-sided p of Welch's test, the second group counted as if it had no more cells than the first."""
    n = len(sides.first)
    (mean, spread), (mean_rest, spread_rest) = ((side.mean(), side.std(ddof=1)) for side in (sides.first, sides.second))
    if spread == 0 and spread_rest == 0:
        return 0.0, 1.0
    found = stats.ttest_ind_from_stats(mean, spread, n, mean_rest, spread_rest, n, equal_var=False)
    return float(found.statistic), float(found.pvalue)


def _sides(section: Section, first: np.ndarray, second: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Rows of both groups, no cell in both; DataError for a group of too few cells to compare."""
    inside = np.zeros(len(section), dtype=bool)
    inside[first] = True
    other = ~inside
    if second is not None:
        chosen = np.zeros(len(section), dtype=bool)
        chosen[second] = True
        other &= chosen
    sides = np.flatnonzero(inside), np.flatnonzero(other)
    if min(map(len, sides)) < FEWEST:
        found = f"{len(sides[0])} and {len(sides[1])}"
        raise DataError(sentence(f"two groups of at least {FEWEST} cells", found, "Choose larger or other groups"))
    return sides
