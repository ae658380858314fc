"""From raw counts to the space a model works in, and the matching of its genes to a section's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from ripple_core.errors import CheckpointError, sentence
from ripple_core.section import Section

MIN_MATCHED_SHARE = 0.3
CELLS_AT_ONCE = 4096
CEILING_BINS = 1000


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
        """Learn the statistics from training counts (cells, genes) in memory; exact."""
        library = np.asarray(counts.sum(axis=1)).ravel()
        target = float(np.median(library[library > 0])) if (library > 0).any() else 1.0
        logged = _log_scaled(counts, scale_to(target, counts))
        mean = np.asarray(logged.mean(axis=0)).ravel()
        square = np.asarray(logged.multiply(logged).mean(axis=0)).ravel()
        std = np.sqrt(np.maximum(square - mean**2, 0.0))
        ceiling = _high_percentile(logged.tocsc())
        return cls(pd.Index(genes), target, *(a.astype(np.float32) for a in (mean, np.maximum(std, 1e-3), ceiling)))

    @classmethod
    def fit_chunks(cls, chunks: Iterable[sparse.csr_matrix], genes: pd.Index) -> ExpressionSpace:
        """Learn the statistics from training counts that come chunk by chunk, (cells, genes) each; read twice.

        The same as :meth:`fit` but for the ceiling, which is off by less than log1p(target) / ``CEILING_BINS``.
        """
        library = np.concatenate([np.asarray(chunk.sum(axis=1)).ravel() for chunk in chunks])
        target = float(np.median(library[library > 0])) if (library > 0).any() else 1.0
        total, square = np.zeros((2, len(genes)))
        tally, width = np.zeros((len(genes), CEILING_BINS), dtype=np.int64), np.log1p(target) / CEILING_BINS
        for chunk in chunks:
            logged = _log_scaled(chunk, scale_to(target, chunk))
            total += np.asarray(logged.sum(axis=0, dtype=np.float64)).ravel()
            square += np.asarray(logged.multiply(logged).sum(axis=0, dtype=np.float64)).ravel()
            level = np.minimum((logged.data / width).astype(np.int64), CEILING_BINS - 1)
            counted = logged.data > 0
            np.add.at(tally, (logged.indices[counted], level[counted]), 1)
        mean = total / max(1, len(library))
        std = np.sqrt(np.maximum(square / max(1, len(library)) - mean**2, 0.0))
        ceiling = _percentile_of_tally(tally, width)
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
        match = self.fitting_match(section.genes, min_share)
        expression = np.empty((len(section), len(self.genes)), dtype=np.float32)
        for start in range(0, len(section), CELLS_AT_ONCE):
            chunk = slice(start, min(start + CELLS_AT_ONCE, len(section)))
            expression[chunk] = self.encode_counts(section.counts[chunk], match)
        return expression, match

    def encode_counts(self, counts: sparse.csr_matrix, match: GeneMatch) -> np.ndarray:
        """Log-normalised expression (cells, model genes), float32, of raw counts (cells, section genes) of some cells."""
        present = match.column >= 0
        counts = counts[:, match.column[present]].tocsr()
        logged = _log_scaled(counts, scale_to(self._target(present), counts)).toarray()
        if present.all():
            return logged
        expression = np.tile(self.mean, (logged.shape[0], 1))
        expression[:, present] = logged
        return expression

    def fitting_match(self, genes: pd.Index, min_share: float = MIN_MATCHED_SHARE) -> GeneMatch:
        """The match to a section's genes; raises CheckpointError when it covers less than ``min_share`` of the model's."""
        match = self.match(genes)
        if match.share >= min_share:
            return match
        found = f"{len(match.matched)} of {len(self.genes)} (model: {_some(self.genes)}; section: {_some(genes)})"
        way_out = "Choose a model trained on this panel and species, or train one on this section"
        raise CheckpointError(sentence(f"at least {min_share:.0%} of the model's genes in the section", found, way_out))

    def factors(self, section: Section, match: GeneMatch) -> np.ndarray:
        """Factor (cells,) with which log1p(count · factor) is a cell's expression in this space; 0 for a cell without counts.

        A part panel is scaled to the share of the counts that its genes hold in training. The section remembers them for the last space.
        """
        kept = section.memory.get("factors")
        if kept is None or kept[0] is not self:
            present = match.column >= 0
            wanted = np.zeros(len(section.genes), dtype=np.float32)
            wanted[match.column[present]] = 1.0
            kept = section.memory["factors"] = (self, scale_of(self._target(present), section.counts @ wanted))
        factors: np.ndarray = kept[1]
        return factors

    def _target(self, present: np.ndarray) -> float:
        """Counts per cell that the genes present (genes,) are scaled to."""
        linear = np.expm1(self.mean.astype(np.float64))
        return self.target_sum * float(linear[present].sum() / max(linear.sum(), 1e-12))


def scale_to(target_sum: float, counts: sparse.csr_matrix) -> np.ndarray:
    """Factor (cells,) that brings each cell's counts to ``target_sum``; 0 for a cell without counts."""
    return scale_of(target_sum, np.asarray(counts.sum(axis=1)).ravel())


def scale_of(target_sum: float, library: np.ndarray) -> np.ndarray:
    """Factor (cells,) that brings counts per cell (cells,) to ``target_sum``; 0 for a cell without counts."""
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


def _percentile_of_tally(tally: np.ndarray, width: float, percentile: float = 99.0) -> np.ndarray:
    """As :func:`_high_percentile`, from how many values of each gene lie in each bin (genes, bins) of a width."""
    reached = np.cumsum(tally, axis=1)
    rank = np.maximum(reached[:, -1] - 1, 0) * percentile / 100
    below, above = ((reached <= at(rank)[:, None]).sum(axis=1) + 0.5 for at in (np.floor, np.ceil))
    return np.where(reached[:, -1] > 0, (below + (above - below) * (rank % 1)) * width, 0.0)


def _some(names: pd.Index) -> str:
    return ", ".join(map(str, names[:3])) + " …"
