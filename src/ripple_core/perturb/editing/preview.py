"""What an edit would do to a region, before anything is regenerated, and whether the model would notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ripple_core.encoded import Everywhere
from ripple_core.models.contract import Model, Quantizer
from ripple_core.perturb.editing import edits as editing
from ripple_core.perturb.editing import noticed
from ripple_core.perturb.editing.cells import Scope
from ripple_core.perturb.editing.population import Population
from ripple_core.roi import Roi
from ripple_core.section import Section


@dataclass(frozen=True, eq=False)
class EditPreview:
    """An edit seen on a region.

    Parameters
    ----------
    table
        One row per edited gene that was found: ``gene``, ``before``, ``after``, ``change``: means over the region's
        cells, log-normalised.
    missing
        Genes of the edit that the model (or, without one, the section) does not have.
    capped
        Genes that were held at the highest value known.
    token_flips
        Share of cells that a model with tokens reads as another one after the edit; None without such a model.
    out_of_range
        Share of edited cells farther from every token than 99 % of the training cells; None likewise.
    population
        Which cells there are after edits that remove, insert or move some; None without such.
    """

    table: pd.DataFrame
    missing: tuple[str, ...]
    capped: tuple[str, ...]
    token_flips: float | None = None
    out_of_range: float | None = None
    population: Population | None = None


def preview(
    section: Section,
    scale: np.ndarray,
    model: Model | None,
    rows: np.ndarray,
    edits: Sequence[editing.Edit],
    own: np.ndarray | None = None,
    roi: Roi | None = None,
) -> EditPreview:
    """Apply ``edits`` to the cells at ``rows`` of a copy; only these cells, those taken after, and the edited genes are read.

    ``scale`` (cells,) turns a count into the normalised value that is logged. ``own`` (cells,) says which of the rows are
    meant by an edit that names no region, None: all; ``roi`` is that region, which edits that put cells somewhere need.
    """
    genes = section.genes if model is None else model.space.genes
    of_cells = any(edit.kind in editing.OF_CELLS for edit in edits)
    wanted = {gene.casefold() for edit in edits for gene in edit.genes}
    is_wanted = [of_cells or str(gene).casefold() in wanted for gene in genes]
    columns = np.flatnonzero(np.array(is_wanted, dtype=bool))
    place = columns if model is None else model.space.match(section.genes).column[columns]
    everywhere = Everywhere(section, scale, place, None if model is None else model.space.mean[columns])
    ceiling = None if model is None else model.space.ceiling[columns]
    before = _expression(rows, everywhere)
    applied = editing.apply(
        edits,
        before,
        genes[columns],
        reference=everywhere,
        ceiling=ceiling,
        scope=Scope(section, rows, own, roi),
        profiles=lambda others: _expression(others, everywhere),
    )
    names = [str(gene) for gene in genes[columns]]
    means = {"before": _mean(before), "after": _mean(applied.expression)}
    table = pd.DataFrame({"gene": names, **means})
    table["change"] = table["after"] - table["before"]
    table = table[applied.edited].sort_values("change", key=np.abs, ascending=False, ignore_index=True)
    flips, far = None, None
    if len(rows) and applied.edited.any():
        flips, far = _noticed(section, model, rows, columns, applied.expression)
    return EditPreview(table, applied.missing, applied.capped, flips, far, applied.population)


def _expression(rows: np.ndarray, of: Everywhere) -> np.ndarray:
    """Log-normalised expression (rows, genes), float32, of a few genes in some cells."""
    expression = np.empty((len(rows), len(of.column)), dtype=np.float32)
    known = of.column >= 0
    counts = of.section.counts[rows][:, of.column[known]].toarray()
    expression[:, known] = np.log1p(counts * of.factors[rows, None])
    if of.mean is not None:
        expression[:, ~known] = of.mean[~known]
    return expression


def _noticed(
    section: Section, model: Model | None, rows: np.ndarray, columns: np.ndarray, edited: np.ndarray
) -> tuple[float | None, float | None]:
    """Share of cells whose token flips, and share that lies out of the training range."""
    if not isinstance(model, Quantizer):
        return None, None
    before = model.space.encode(section.subset(rows))[0]
    after = before.copy()
    after[:, columns] = edited
    return noticed.token_flips(model, before, after), noticed.out_of_range(model, after)


def _mean(values: np.ndarray) -> np.ndarray:
    return values.mean(axis=0) if len(values) else np.full(values.shape[1], np.nan)
