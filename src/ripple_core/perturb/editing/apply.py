"""Edits carried out on a copy of some cells' expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from ripple_core.errors import DataError, sentence
from ripple_core.genesets.names import advice
from ripple_core.perturb.editing.cells import Cells, Profiles, Scope, retyped, transferred
from ripple_core.perturb.editing.edit import OF_CELLS, OF_PRESENCE, Edit, as_list
from ripple_core.perturb.editing.population import Population, changes_presence, population_after


@dataclass(frozen=True)
class Applied:
    """What an edit did: the edited copy (cells, genes), which of the model's genes it touched, and which names it could not find.

    An edit of whole cells has touched every gene. ``population`` says which cells there are after edits that remove, insert or move
    some; None without such.
    """

    expression: np.ndarray
    edited: np.ndarray
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    capped: tuple[str, ...]
    population: Population | None = None


class Reference(Protocol):
    """What an edit may ask of a gene over all cells, whatever region it is made in."""

    def linear_mean(self, gene: int) -> float:
        """Mean before the logarithm."""

    def percentile(self, gene: int, percentile: float) -> float:
        """A percentile (0 to 100) among the cells that express the gene, log-normalised; 0 where none does."""


@dataclass(frozen=True, eq=False)
class AllCells:
    """The same from log-normalised expression (all cells, genes) that is in memory."""

    expression: np.ndarray

    def linear_mean(self, gene: int) -> float:
        """See :class:`Reference`."""
        return float(np.expm1(self.expression[:, gene]).mean())

    def percentile(self, gene: int, percentile: float) -> float:
        """See :class:`Reference`."""
        column = self.expression[:, gene]
        expressing = column[column > 0]
        return float(np.percentile(expressing, percentile)) if len(expressing) else 0.0


def apply(
    edits: Edit | Sequence[Edit],
    expression: np.ndarray,
    genes: pd.Index,
    *,
    reference: np.ndarray | Reference,
    ceiling: np.ndarray | None = None,
    scope: Scope | None = None,
    profiles: Profiles | None = None,
) -> Applied:
    """Apply edits in order to a copy of ``expression`` (cells, genes), log-normalised.

    Parameters
    ----------
    genes
        Names of the columns; edits match them exactly, then without regard to case.
    reference
        Expression (all cells, genes) whose percentiles ``overexpress`` means, and whose mean ``lfc`` falls back on; or what
        tells these of each column.
    ceiling
        Highest value allowed per gene (genes,); None for no limit. Values already above it stay.
    scope
        Which rows of which section the cells are; edits of whole cells and those with a ``where`` need it.
    profiles
        Gives the expression (rows, genes) of rows of the section, for cells that are taken after; None: ``reference`` is an array.

    Raises
    ------
    DataError
        When no gene of the edits is among ``genes``, or no cell is meant.
    """
    columns = {str(gene).casefold(): i for i, gene in reversed(list(enumerate(genes)))}
    edited = np.array(expression, dtype=np.float32, copy=True)
    touched = np.zeros(len(genes), dtype=bool)
    capped: set[str] = set()
    known = AllCells(reference) if isinstance(reference, np.ndarray) else reference
    missing: dict[str, None] = {}
    for edit in as_list(edits):
        if edit.kind in OF_PRESENCE:
            continue
        mask = _cells_of(edit, scope, len(edited))
        if scope is not None and edit.kind in OF_CELLS:
            edited[mask] = _take_after(edit, edited[mask], scope, mask, profiles or _rows_of(reference))
            touched[:] = True
        for gene, value in edit.genes.items():
            column = columns.get(gene.casefold())
            if column is None:
                missing[gene] = None
                continue
            before = edited[mask, column]
            limit = np.inf if ceiling is None else np.maximum(ceiling[column], before)
            after = np.maximum(_changed(edit, before, value, known, column), 0.0)
            if (after > limit).any():
                capped.add(str(genes[column]))
            edited[mask, column] = np.minimum(after, limit)
            touched[column] = True
    population = None
    if changes_presence(as_list(edits)):
        population = population_after(as_list(edits), _needed(scope), profiles or _rows_of(reference))
    if not touched.any() and population is None:
        found = f"none of {len(missing)} ({', '.join(list(missing)[:3])} …)"
        way_out = advice(list(missing), [str(gene) for gene in genes])
        raise DataError(sentence("at least one edited gene that the model knows", found, way_out))
    return Applied(edited, touched, tuple(map(str, genes[touched])), tuple(missing), tuple(sorted(capped)), population)


def _cells_of(edit: Edit, scope: Scope | None, cells: int) -> np.ndarray:
    """Which cells (cells,) an edit changes."""
    if scope is not None or edit.where is not None or edit.kind in OF_CELLS:
        return _needed(scope).chosen(edit.where)
    return np.ones(cells, dtype=bool)


def _needed(scope: Scope | None) -> Scope:
    if scope is None:
        raise DataError(sentence("a section to look up the edit's cells in", "expression alone", "Pass a scope"))
    return scope


def _rows_of(reference: np.ndarray | Reference) -> Profiles:
    """The expression of rows of the section from what is in memory."""
    if isinstance(reference, np.ndarray):
        return lambda rows: reference[rows]
    raise DataError(sentence("the expression of the cells that are taken after", "none", "Pass profiles"))


def _take_after(edit: Edit, x: np.ndarray, scope: Scope, mask: np.ndarray, profiles: Profiles) -> np.ndarray:
    """New expression (cells, genes) of cells that take after others."""
    source = edit.source or Cells()
    if edit.kind == "transfer":
        return transferred(x, scope, source, edit.strength, profiles)
    return retyped(x, scope.rows[mask], scope, source, edit.strength, profiles)


def _changed(edit: Edit, x: np.ndarray, value: float, reference: Reference, column: int) -> np.ndarray:
    """New values (cells,) of one gene under one edit."""
    strength = edit.strength
    if edit.kind == "add":
        return x + strength * value
    if edit.kind == "lfc":
        return _folded(x, 2.0 ** float(np.clip(strength * value, -100.0, 100.0)), reference, column)
    if edit.kind == "scale":
        return np.log1p(np.expm1(x) * max(value, 0.0) ** strength)
    if edit.kind == "overexpress":
        return x + strength * np.maximum(reference.percentile(column, value) - x, 0.0)
    target = 0.0 if edit.kind == "knockout" else value
    return x + min(strength, 1.0) * (target - x)


def _folded(x: np.ndarray, fold: float, reference: Reference, column: int) -> np.ndarray:
    """Log-normalised values (cells,) after the cells' mean has been multiplied by a fold."""
    linear = np.expm1(x)
    if fold <= 1.0:
        return np.log1p(linear * fold)
    mean = max(float(linear.mean()), reference.linear_mean(column)) if len(x) else 0.0
    return np.log1p(linear + mean * (fold - 1.0))
