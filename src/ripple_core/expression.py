"""From raw counts to the space a model works in, and the matching of its genes to a section's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from ripple_core.errors import CheckpointError, sentence
from ripple_core.section import Section

MIN_MATCHED_SHARE = 0.3


@dataclass(frozen=True)
class GeneMatch:
    """How the genes of a model and of a section meet.

    ``column[i]`` is the section's column of the model's gene i, or -1; ``unknown`` are the section's genes the model lacks.
    """

    column: np.ndarray
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def share(self) -> float:
        """Share of the model's genes that the section has."""
        return len(self.matched) / max(1, len(self.column))


@dataclass(frozen=True)
class ExpressionSpace:
    """Library-size normalisation to a fixed target, then log1p, with the training statistics.

    Parameters
    ----------
    genes
        The model's genes, in its order.
    target_sum
        Counts per cell that every cell is scaled to: the training median over the model's genes.
    mean, std, ceiling
        Training mean, standard deviation, and 99th percentile among the cells that express it, per gene (genes,), log-normalised.
    """

    genes: pd.Index
    target_sum: float
    mean: np.ndarray
    std: np.ndarray
    ceiling: np.ndarray

    @classmethod
    def fit(cls, counts: sparse.csr_matrix, genes: pd.Index) -> ExpressionSpace:
        """Learn the statistics from training counts (cells, genes)."""
        library = np.asarray(counts.sum(axis=1)).ravel()
        target = float(np.median(library[library > 0])) if (library > 0).any() else 1.0
        logged = _log_scaled(counts, scale_to(target, counts))
        mean = np.asarray(logged.mean(axis=0)).ravel()
        square = np.asarray(logged.multiply(logged).mean(axis=0)).ravel()
        std = np.sqrt(np.maximum(square - mean**2, 0.0))
        ceiling = _high_percentile(logged.tocsc())
        return cls(pd.Index(genes), target, *(a.astype(np.float32) for a in (mean, np.maximum(std, 1e-3), ceiling)))

    def match(self, genes: pd.Index) -> GeneMatch:
        """Match the model's genes to a section's: by exact name first, then without regard to case."""
        exact = {gene: i for i, gene in enumerate(genes)}
        folded: dict[str, int] = {}
        for i, gene in enumerate(genes):
            folded.setdefault(str(gene).casefold(), i)
        column = np.array([exact.get(g, folded.get(str(g).casefold(), -1)) for g in self.genes], dtype=np.int64)
        matched = tuple(g for g, c in zip(self.genes, column) if c >= 0)
        missing = tuple(g for g, c in zip(self.genes, column) if c < 0)
        used = set(column.tolist())
        return GeneMatch(column, matched, missing, tuple(g for i, g in enumerate(genes) if i not in used))

    def encode(self, section: Section, min_share: float = MIN_MATCHED_SHARE) -> tuple[np.ndarray, GeneMatch]:
        """Log-normalised expression (cells, model genes), float32; missing genes hold the training mean.

        Raises CheckpointError when less than ``min_share`` of the model's genes are in the section.
        """
        match = self.match(section.genes)
        if match.share < min_share:
            found = f"{len(match.matched)} of {len(self.genes)} (model: {_some(self.genes)}; section: {_some(section.genes)})"
            way_out = "Choose a model trained on this panel and species, or train one on this section"
            raise CheckpointError(
                sentence(f"at least {min_share:.0%} of the model's genes in the section", found, way_out)
            )
        present = match.column >= 0
        counts = section.counts[:, match.column[present]].tocsr()
        expression = np.tile(self.mean, (len(section), 1))
        expression[:, present] = _log_scaled(counts, self.factors(section, match)).toarray()
        return expression, match

    def factors(self, section: Section, match: GeneMatch) -> np.ndarray:
        """Factor (cells,) with which log1p(count · factor) is a cell's expression in this space; 0 for a cell without counts.

        A part panel is scaled to the share of the counts that its genes hold in training.
        """
        present = match.column >= 0
        linear = np.expm1(self.mean.astype(np.float64))
        share = float(linear[present].sum() / max(linear.sum(), 1e-12))
        return scale_to(self.target_sum * share, section.counts[:, match.column[present]])


def scale_to(target_sum: float, counts: sparse.csr_matrix) -> np.ndarray:
    """Factor (cells,) that brings each cell's counts to ``target_sum``; 0 for a cell without counts."""
    library = np.asarray(counts.sum(axis=1)).ravel()
    return np.divide(target_sum, library, out=np.zeros(len(library), dtype=np.float64), where=library > 0)


def _log_scaled(counts: sparse.csr_matrix, factors: np.ndarray) -> sparse.csr_matrix:
    """log1p of each cell's counts times its factor."""
    scaled = sparse.csr_matrix(sparse.diags(factors) @ counts, dtype=np.float32)
    scaled.data = np.log1p(scaled.data)
    return scaled


def _high_percentile(by_gene: sparse.csc_matrix, percentile: float = 99.0) -> np.ndarray:
    """A high percentile among the non-zero values of each gene (genes,); 0 for a gene nobody expresses."""
    columns = (by_gene.data[a:b] for a, b in zip(by_gene.indptr[:-1], by_gene.indptr[1:]))
    return np.array([np.percentile(values, percentile) if len(values) else 0.0 for values in columns])


def _some(names: pd.Index) -> str:
    return ", ".join(map(str, names[:3])) + " …"
