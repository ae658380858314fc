"""Genes being picked from a DEG table: the table, its cut-offs, and what was ticked or unticked by hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ripple_core.genesets.cuts import Cuts, passing


@dataclass(frozen=True, eq=False)
class Picking:
    """A DEG table and what is picked from it.

    Parameters
    ----------
    title
        What is compared; the edit made of it is called so.
    table
        ``gene``, ``lfc`` and, where they are known, ``padj`` and more; never changed.
    cuts
        The genes that pass are picked, unless they were unticked.
    ticked, unticked
        Genes picked, or left out, by hand, whatever the cut-offs say.
    """

    title: str
    table: pd.DataFrame
    cuts: Cuts = field(default_factory=Cuts)
    ticked: frozenset[str] = frozenset()
    unticked: frozenset[str] = frozenset()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Picking):
            return NotImplemented
        mine, theirs = ((p.title, p.cuts, p.ticked, p.unticked) for p in (self, other))
        return self.table is other.table and mine == theirs

    __hash__ = None  # type: ignore[assignment]

    def is_picked(self) -> np.ndarray:
        """Which rows (genes,) of the table are picked; a gene without a change never is."""
        genes = self.table["gene"]
        by_hand = genes.isin(self.ticked).to_numpy() & (self.table["lfc"] != 0).to_numpy()
        picked: np.ndarray = (passing(self.table, self.cuts) | by_hand) & ~genes.isin(self.unticked).to_numpy()
        return picked

    def genes(self) -> dict[str, float]:
        """The picked genes and their log2 fold changes, the strongest first."""
        chosen = self.table[self.is_picked()]
        chosen = chosen.iloc[np.argsort(-chosen["lfc"].abs().to_numpy(), kind="stable")]
        return dict(zip(chosen["gene"].astype(str), chosen["lfc"].astype(float)))

    def with_cuts(self, cuts: Cuts) -> Picking:
        """Other cut-offs; what was done by hand stays."""
        return replace(self, cuts=cuts)

    def by_hand(self, genes: frozenset[str], *, picked: bool) -> Picking:
        """Tick or untick genes, whatever the cut-offs say of them."""
        if picked:
            return replace(self, ticked=self.ticked | genes, unticked=self.unticked - genes)
        return replace(self, ticked=self.ticked - genes, unticked=self.unticked | genes)
