"""Expression of the simulated cells of a section, filled while they are generated or taken from a result file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core.errors import DataError, sentence
from ripple_core.section import Section

if TYPE_CHECKING:
    from ripple_core.perturb.reading.compare import Comparison
    from ripple_core.perturb.run import Partial, Perturbation


@dataclass(eq=False)
class Simulation:
    """Simulated cells: the region's own, as edited, and those around it as far as they have been generated.

    Parameters
    ----------
    rows
        Rows (cells,) of the section.
    genes
        Names of the columns: the model's genes.
    observed, control, perturbed
        Expression (cells, genes), log-normalised in the model's space; NaN in ``perturbed`` for cells that the edit removes.
    known
        Which cells (cells,) have their values already.
    edited
        Which genes (genes,) the edit changed; the mean response leaves them out, since the region was given it.
    n_roi
        How many of the cells are the region's own; they come first.
    source
        The comparison of two scenarios that is shown, or None: then ``perturbed`` is observed + the response of A, and ``control``
        observed + that of B, so that the response is A − B.
    """

    rows: np.ndarray
    genes: pd.Index
    observed: np.ndarray
    control: np.ndarray
    perturbed: np.ndarray
    known: np.ndarray
    edited: np.ndarray
    n_roi: int
    source: Comparison | None = None
    _place: dict[int, int] = field(init=False, repr=False)
    _strength: np.ndarray | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        self._place = {int(row): place for place, row in enumerate(self.rows)}

    @classmethod
    def begin(cls, run: Perturbation, first: Partial | None = None) -> Simulation:
        """The simulation of a run that has only begun: the region's edited cells are known, and those that came first."""
        rows = np.concatenate([run.roi_cells, run.zone_cells]).astype(np.int64)
        observed = np.asarray(run.observed[rows], dtype=np.float32)
        perturbed = observed.copy()
        perturbed[: len(run.roi_cells)] = run.applied.expression
        n_roi = len(run.roi_cells)
        if run.applied.population is not None:
            perturbed[:n_roi][~run.applied.population.present] = np.nan
        known = np.arange(len(rows)) < n_roi
        edited = np.asarray(run.applied.edited)
        begun = cls(rows, run.model.space.genes, observed, observed.copy(), perturbed, known, edited, n_roi)
        if first is not None:
            begun.receive(first)
        return begun

    @classmethod
    def from_result(cls, result: ad.AnnData, section: Section) -> Simulation:
        """The simulation that a result file holds, joined to the section by cell names."""
        rows = section.cells.get_indexer(result.obs_names.astype(str))
        if not len(rows) or (rows < 0).any():
            found = f"{int((rows < 0).sum())} of {len(rows)} cells that this section does not have"
            raise DataError(sentence("a result of this section", found, "Open the section that it was made from"))
        lines = ("control", "perturbed") if "perturbed" in result.layers else ("observed", "generated")
        absent = [name for name in ("observed", *lines) if name not in result.layers]
        if absent:
            raise DataError(sentence("a result file", f"no layer {absent[0]!r}", "Open a file that Save result wrote"))
        in_model = np.asarray(result.var.get("ripple_in_model", pd.Series(True, result.var_names)), dtype=bool)
        observed, control, perturbed = (_dense(result, name)[:, in_model] for name in ("observed", *lines))
        known = np.isfinite(control).all(axis=1)  # cells that the edit removes are NaN in the other line
        genes = pd.Index(result.var_names[in_model].astype(str))
        edited = np.asarray(result.var.get("ripple_edited", pd.Series(False, result.var_names)), dtype=bool)[in_model]
        n_roi = int((result.obs.get("ripple_role", pd.Series("regenerated", result.obs_names)) == "roi").sum())
        return cls(rows.astype(np.int64), genes, observed, control, perturbed, known, edited, n_roi)

    @classmethod
    def from_comparison(cls, found: Comparison, section: Section) -> Simulation:
        """The cells that two scenarios share, where the response is that of A minus that of B."""
        rows = section.cells.get_indexer(found.cells.astype(str))
        if (rows < 0).any():
            raise DataError(sentence("scenarios of this section", "cells of another one", "Open their section first"))
        lines = (found.observed + found.b, found.observed + found.a)
        known = np.isfinite(lines[1]).all(axis=1)
        genes = pd.Index(found.genes.astype(str))
        return cls(rows.astype(np.int64), genes, found.observed, *lines, known, found.edited, 0, found)

    @property
    def compared(self) -> bool:
        """Whether it shows the difference of two scenarios."""
        return self.source is not None

    def receive(self, partial: Partial) -> np.ndarray:
        """Take in newly generated cells; gives their places (cells,) in ``rows``."""
        places = np.array([self._place[int(row)] for row in partial.cells], dtype=np.int64)
        self.control[places] = partial.control
        self.perturbed[places] = partial.perturbed
        self.known[places] = True
        if self._strength is not None:
            self._strength = self._strength.copy()  # the one that was handed out stays as it was
            self._strength[places] = self._mean_change(places)
        return places

    def line(self, view: Literal["control", "perturbed"], gene: str) -> np.ndarray:
        """One gene (cells,) of one line; NaN where nothing is known yet."""
        column = getattr(self, view)[:, self.genes.get_loc(gene)].astype(np.float32)
        return np.where(self.known, column, np.float32(np.nan))

    def response(self, gene: str | None = None) -> np.ndarray:
        """Perturbed minus control (cells,) of a gene, or the mean absolute one of genes not edited; NaN if unknown."""
        if gene is not None:
            return self.line("perturbed", gene) - self.line("control", gene)
        if self._strength is None:
            self._strength = np.where(self.known, self._mean_change(slice(None)), np.float32(np.nan))
        return self._strength

    def _mean_change(self, places: np.ndarray | slice) -> np.ndarray:
        """Mean absolute response (cells,) of the genes that were not edited."""
        counted = ~self.edited if not self.edited.all() else self.edited
        mean: np.ndarray = np.abs(self.perturbed[places] - self.control[places])[:, counted].mean(axis=1)
        return mean.astype(np.float32)


def _dense(result: ad.AnnData, layer: str) -> np.ndarray:
    values = result.layers[layer]
    return np.asarray(values.todense() if hasattr(values, "todense") else values, dtype=np.float32)
