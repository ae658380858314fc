"""Null controls: the same kind of edit on other genes, and how rarely chance does as much."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ripple_core.errors import DataError, sentence
from ripple_core.perturb.edits import Edit


def random_gene_sets(
    edits: Sequence[Edit], edited: np.ndarray, genes: pd.Index, count: int, seed: int
) -> list[list[Edit]]:
    """``count`` placebos: the edits with their values given to random genes that were not edited.

    Parameters
    ----------
    edited
        Which of ``genes`` (the model's) the real edit touched (genes,).
    """
    rng = np.random.default_rng([seed, 17])
    free = np.flatnonzero(~edited)
    known = {str(gene).casefold() for gene in genes}
    placebos: list[list[Edit]] = []
    for _ in range(count):
        placebo = []
        for edit in edits:
            values = [value for gene, value in edit.genes.items() if gene.casefold() in known]
            if len(values) > len(free):
                found = f"{len(free)} for {len(values)} edited ones"
                raise DataError(
                    sentence(
                        "at least as many genes left unedited as were edited, for a null control",
                        found,
                        "Edit fewer genes, or set null to 0",
                    )
                )
            if values:
                chosen = rng.choice(free, size=len(values), replace=False)
                placebo.append(
                    Edit(
                        **{**edit.model_dump(), "genes": dict(zip(map(str, genes[chosen]), values)), "name": "placebo"}
                    )
                )
        placebos.append(placebo)
    return placebos


def empirical_p(response: np.ndarray, placebo: np.ndarray, placebo_edited: np.ndarray) -> np.ndarray:
    """Share of placebos (plus one) whose mean response of a gene is at least as strong, per gene (genes,).

    Parameters
    ----------
    response
        Mean response (genes,).
    placebo
        Mean responses (placebos, genes).
    placebo_edited
        Which genes each placebo edited (placebos, genes); such a placebo says nothing about its own genes.
    """
    valid = ~placebo_edited
    as_strong = (np.abs(placebo) >= np.abs(response)) & valid
    return (1.0 + as_strong.sum(axis=0)) / (1.0 + valid.sum(axis=0))


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """False discovery rates q (tests,) of p values (tests,)."""
    order = np.argsort(p)
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty_like(ranked)
    q[order] = np.minimum.accumulate(ranked[::-1])[::-1]
    return np.minimum(q, 1.0)
