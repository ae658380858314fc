"""One number a cell for a set of genes: the mean of their z-scores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ripple_core.errors import DataError, sentence
from ripple_core.genesets.names import advice
from ripple_core.section import Section


@dataclass(frozen=True, eq=False)
class SetScore:
    """The score of every cell.

    Parameters
    ----------
    values
        Scores (cells,) float32: 0 is the mean of the section, 1 one standard deviation of every gene above it.
    weights
        What one unit of a gene's log-normalised expression adds to the score, for each gene that counts.
    missing
        Genes of the set that the section does not have.
    """

    values: np.ndarray
    weights: dict[str, float]
    missing: tuple[str, ...]


def mean_z(section: Section, genes: Iterable[str], scale: np.ndarray) -> SetScore:
    """The mean z-score of some genes in every cell (combined z-score; Lee et al., PLoS Computational Biology 2008).

    Each gene's log-normalised expression, log1p(counts · ``scale`` (cells,)), is standardised over the section's cells,
    so that no gene outweighs the others because it is expressed more; then the genes are averaged. A gene that is the
    same in all cells does not count. Names are matched without regard to case. Raises DataError when no gene is there.
    """
    there, missing = matched(section, genes)
    total, weights = np.zeros(len(section), dtype=np.float64), {}
    for gene in there:
        logged = np.log1p(section.gene(gene) * scale)
        spread = float(logged.std())
        if spread > 0:
            total += (logged - logged.mean()) / spread
            weights[gene] = 1 / spread
    counting = max(1, len(weights))
    values = (total / counting).astype(np.float32)
    return SetScore(values, {gene: weight / counting for gene, weight in weights.items()}, missing)


def matched(section: Section, genes: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The genes of a set as the section spells them, each once, and those it does not have; DataError when it has none."""
    wanted = list(dict.fromkeys(map(str, genes)))
    exact, folded = set(section.genes), {str(gene).casefold(): str(gene) for gene in section.genes}
    names = {gene: gene if gene in exact else folded.get(gene.casefold()) for gene in wanted}
    there = tuple(dict.fromkeys(name for name in names.values() if name is not None))
    missing = tuple(gene for gene, name in names.items() if name is None)
    if not there:
        found = f"{', '.join(wanted[:5]) or 'none'}{' …' if len(wanted) > 5 else ''}"
        raise DataError(sentence("genes of this section", found, advice(wanted, list(section.genes))))
    return there, missing
