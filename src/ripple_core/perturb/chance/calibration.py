"""How rarely chance does as much: p and FDR of responses against those of a few placebos, pooled over genes or cells.

With twenty placebos the share of them that are as strong can be no smaller than 1/21, which passes no false discovery rate over
hundreds of genes. So every response is first divided by its own spread among the placebos, moderated by that of all genes (Smyth
2004), which makes genes alike; then each placebo is measured in the same way against the others, and all these values together
are the null distribution. Its tails are as heavy as they are: nothing is assumed of their shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, polygamma

FEWEST = 3
"""With fewer placebos there is no spread to speak of, and no p."""
MANY = 1e6
SMALLEST = 1e-12
NEWTON_STEPS = 50


@dataclass(frozen=True)
class NullStatistics:
    """p and FDR of genes (genes,) and of the regenerated cells (cells,) against so many placebos; NaN where nothing is known."""

    p_genes: np.ndarray
    q_genes: np.ndarray
    p_cells: np.ndarray
    q_cells: np.ndarray
    placebos: int

    @classmethod
    def of(cls, p_genes: np.ndarray, p_cells: np.ndarray, placebos: int) -> NullStatistics:
        """From the p alone."""
        return cls(p_genes, benjamini_hochberg(p_genes), p_cells, benjamini_hochberg(p_cells), placebos)


def p_values(
    response: np.ndarray, placebo: np.ndarray, valid: np.ndarray | None = None, *, centred: bool = False
) -> np.ndarray:
    """p (items,) of responses (items,) against those of placebos (placebos, items); NaN where too few placebos say anything.

    Parameters
    ----------
    valid
        Which placebos say something about which item (placebos, items); None: all.
    centred
        False: is the response stronger than the placebos', counted from 0? True: is it other than theirs, counted from their mean?
    """
    valid = np.ones(placebo.shape, dtype=bool) if valid is None else valid
    known = valid.sum(axis=0) >= FEWEST
    p = np.full(len(response), np.nan)
    if not known.any():
        return p
    placebo, valid = placebo[:, known], valid[:, known]
    strength = np.abs(_standardised(response[known], placebo, valid, centred))
    null = np.sort(np.abs(_left_out(placebo, valid, centred)))
    as_strong = len(null) - np.searchsorted(null, strength, side="left")
    p[known] = (1.0 + as_strong) / (1.0 + len(null))
    return p


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """False discovery rates q (tests,) of p values (tests,); NaN stays and does not count as a test."""
    q = np.full(len(p), np.nan)
    tests = np.flatnonzero(np.isfinite(p))
    order = tests[np.argsort(p[tests])]
    ranked = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return q


def _left_out(placebo: np.ndarray, valid: np.ndarray, centred: bool) -> np.ndarray:
    """Each placebo standardised by the others, all in one list (values,)."""
    values = []
    for number in range(len(placebo)):
        others = np.arange(len(placebo)) != number
        found = _standardised(placebo[number], placebo[others], valid[others], centred)
        values.append(found[valid[number] & np.isfinite(found)])
    return np.concatenate(values)


def _standardised(response: np.ndarray, placebo: np.ndarray, valid: np.ndarray, centred: bool) -> np.ndarray:
    """Responses (items,) in units of their moderated spread among placebos (placebos, items)."""
    count = valid.sum(axis=0).astype(np.float64)
    used = np.where(valid, placebo, 0.0)
    mean = used.sum(axis=0) / np.maximum(count, 1.0) if centred else np.zeros(len(response))
    freedom = np.maximum(count - centred, 0.0)
    variance = np.where(valid, (placebo - mean) ** 2, 0.0).sum(axis=0) / np.maximum(freedom, 1.0)
    some = freedom > 0
    variance = np.maximum(variance, SMALLEST * max(float(np.median(variance[some])), SMALLEST))
    prior, prior_freedom = _prior(variance[some], freedom[some])
    moderated = (prior_freedom * prior + freedom * variance) / (prior_freedom + freedom)
    widened = 1.0 + centred / np.maximum(count, 1.0)
    return (response - mean) / np.sqrt(moderated * widened)


def _prior(variance: np.ndarray, freedom: np.ndarray) -> tuple[float, float]:
    """The variance that all items have in common and how many degrees of freedom it is worth, by moments of log variances.

    Smyth, Linear models and empirical Bayes methods, Stat. Appl. Genet. Mol. Biol. 2004, section 6.2.
    """
    log = np.log(variance) - digamma(freedom / 2) + np.log(freedom / 2)
    more = log.var(ddof=1) - float(np.mean(polygamma(1, freedom / 2))) if len(log) > 1 else 0.0
    if more <= 1.0 / MANY:
        return float(np.exp(log.mean())), MANY
    half = _inverse_trigamma(more)
    return float(np.exp(log.mean() + digamma(half) - np.log(half))), 2.0 * half


def _inverse_trigamma(value: float) -> float:
    """The number whose trigamma is ``value``, by Newton's steps, which rise to it from below."""
    found = 0.5 + 1.0 / value
    for _ in range(NEWTON_STEPS):
        trigamma = float(polygamma(1, found))
        step = trigamma * (1.0 - trigamma / value) / float(polygamma(2, found))
        found += step
        if abs(step) < 1e-9 * found:
            break
    return found
