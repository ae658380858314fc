"""Edits of expression: what is changed in which genes, by how much, and the edited copy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd
from pydantic import Field, ValidationError, model_validator

from ripple_core.errors import DataError, sentence
from ripple_core.files import read_json, write_text
from ripple_core.genesets import deg_table, gmt, tables
from ripple_core.genesets.cuts import SIGNIFICANT as SIGNIFICANT
from ripple_core.genesets.cuts import Cuts, passing
from ripple_core.genesets.cuts import Direction as Direction
from ripple_core.settings import Settings, readable

Kind = Literal["set", "add", "scale", "lfc", "knockout", "overexpress"]
HIGHEST = 20.0
RANGES: dict[Kind, tuple[float, float]] = {
    "set": (0.0, HIGHEST),
    "add": (-HIGHEST, HIGHEST),
    "scale": (0.0, 1e9),
    "lfc": (-100.0, 100.0),
    "knockout": (-np.inf, np.inf),
    "overexpress": (0.0, 100.0),
}


class Edit(Settings):
    """One change of expression, in the model's log-normalised space.

    ============ ===================================================== =======================
    kind         what becomes of x = log1p(normalised counts)          value
    ============ ===================================================== =======================
    set          the value                                             log-normalised, ≥ 0
    add          x + strength · value                                  log-normalised
    scale        log1p(expm1(x) · value ** strength)                   factor, > 0
    lfc          the cells' mean times 2 ** (strength · value), see below  log2 fold change
    knockout     0                                                     ignored
    overexpress  at least the section's percentile among expressing    percentile, 0 to 100
    ============ ===================================================== =======================

    lfc works on expm1(x), where fold changes are defined. A fall scales every cell. A rise adds the same amount to every cell, so
    that zeros are switched on and the mean of the edited cells rises by the fold asked for; where these cells hardly express the
    gene, the section's mean is what is multiplied.

    set, knockout and overexpress move a share ``strength`` of the way. Nothing falls below 0 or rises above the ceiling given to
    :func:`apply`.
    """

    kind: Kind = Field(description="What is done to the genes.")
    genes: dict[str, float] = Field(min_length=1, description="The value for each gene.")
    strength: float = Field(1.0, ge=0, le=10, description="Dose: 0 changes nothing, 1 is the edit as given.")
    name: str = Field("edit", description="How the edit is called in results.")

    @model_validator(mode="after")
    def _in_range(self) -> Edit:
        low, high = RANGES[self.kind]
        for gene, value in self.genes.items():
            if not low <= value <= high:
                raise ValueError(f"{gene} = {value}: the value of a {self.kind} edit lies between {low:g} and {high:g}")
        return self

    def with_strength(self, strength: float) -> Edit:
        """The same edit at another dose."""
        return Edit(**{**self.model_dump(), "strength": strength})


@dataclass(frozen=True)
class Applied:
    """What an edit did: the edited copy (cells, genes), which of the model's genes it touched, and which names it could not find."""

    expression: np.ndarray
    edited: np.ndarray
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    capped: tuple[str, ...]


def from_deg_table(
    path: str | Path,
    *,
    strength: float = 1.0,
    direction: Direction = "both",
    max_padj: float | None = SIGNIFICANT,
    min_abs_lfc: float = 0.0,
    top: int | None = None,
) -> Edit:
    """An edit from a DEG table (CSV or TSV with a gene and a log2-fold-change column of the usual names).

    ``direction`` keeps genes that went up or down, ``max_padj`` those with an adjusted p that is low enough (None or 1 keeps all,
    and so does a table without such a column), ``min_abs_lfc`` those that changed enough, ``top`` the strongest so many.
    """
    table = deg_table.read(path)
    return from_frame(
        table,
        strength=strength,
        direction=direction,
        max_padj=max_padj,
        min_abs_lfc=min_abs_lfc,
        top=top,
        name=Path(path).stem,
    )


def from_frame(
    table: pd.DataFrame,
    *,
    strength: float = 1.0,
    direction: Direction = "both",
    max_padj: float | None = SIGNIFICANT,
    min_abs_lfc: float = 0.0,
    top: int | None = None,
    name: str = "DEG table",
) -> Edit:
    """The same from a table already read: columns ``gene``, ``lfc`` and, if present, ``padj``."""
    cuts = Cuts(direction=direction, max_padj=max_padj, min_abs_lfc=min_abs_lfc, top=top)
    chosen = table[passing(table, cuts)]
    if chosen.empty:
        raise DataError(
            sentence(
                "at least one gene left in the DEG table",
                f"none of {len(table)} after the cut-offs",
                "Loosen the cut-offs",
            )
        )
    return Edit(kind="lfc", genes=dict(zip(chosen["gene"], chosen["lfc"].astype(float))), strength=strength, name=name)


def from_gmt(path: str | Path, set_name: str, *, lfc: float = 1.0, strength: float = 1.0) -> Edit:
    """An edit that shifts every gene of one set of a GMT file by the same log2 fold change."""
    genes = gmt.read(path)
    if set_name not in genes:
        raise DataError(
            sentence(f"a set of {Path(path).name}", repr(set_name), f"There are: {', '.join(list(genes)[:12])}")
        )
    return Edit(kind="lfc", genes=dict.fromkeys(genes[set_name], lfc), strength=strength, name=set_name)


def knockout(genes: Iterable[str], *, strength: float = 1.0) -> Edit:
    """Switch genes off."""
    return Edit(kind="knockout", genes=dict.fromkeys(genes, 0.0), strength=strength, name="knock-out")


def overexpress(genes: Iterable[str], *, percentile: float = 99.0, strength: float = 1.0) -> Edit:
    """Raise genes to a percentile of the cells that express them."""
    return Edit(kind="overexpress", genes=dict.fromkeys(genes, percentile), strength=strength, name="over-express")


def read(path: str | Path, *, set_name: str | None = None, strength: float | None = None) -> list[Edit]:
    """Edits from any file the command line accepts; ``set_name`` says which table is meant where a file has several.

    A DEG table (of several groups, maybe), a GMT, a net with source, target and weight, or a JSON edit.
    """
    if Path(path).suffix.lower() == ".json":
        edits = from_json(path)
        return edits if strength is None else [edit.with_strength(strength) for edit in edits]
    name, table = tables.pick(path, set_name)
    return [from_frame(table, strength=1.0 if strength is None else strength, name=name)]


def from_json(path: str | Path) -> list[Edit]:
    """Edits from a JSON file: one edit or a list of them."""
    content = read_json(path, "a JSON edit", "Save the edit again")
    return [parse(entry) for entry in (content if isinstance(content, list) else [content])]


def parse(entry: Any) -> Edit:
    """One edit from plain JSON values; anything else raises DataError."""
    try:
        return Edit.model_validate(entry)
    except ValidationError as error:
        raise DataError(readable(error, "edit")) from None


def to_json(edits: Sequence[Edit], path: str | Path) -> None:
    """Write edits as JSON that :func:`from_json` reads."""
    write_text(path, json.dumps([edit.model_dump() for edit in edits], indent=1))


def as_list(edits: Edit | Sequence[Edit]) -> list[Edit]:
    """One edit or several, as a list; an empty one raises DataError."""
    chosen = [edits] if isinstance(edits, Edit) else list(edits)
    if not chosen:
        raise DataError(sentence("at least one edit", "none", "Load a DEG table or choose genes"))
    return chosen


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

    Raises
    ------
    DataError
        When no gene of the edits is among ``genes``.
    """
    columns = {str(gene).casefold(): i for i, gene in reversed(list(enumerate(genes)))}
    edited = np.array(expression, dtype=np.float32, copy=True)
    touched = np.zeros(len(genes), dtype=bool)
    capped: set[str] = set()
    known = AllCells(reference) if isinstance(reference, np.ndarray) else reference
    missing: dict[str, None] = {}
    for edit in as_list(edits):
        for gene, value in edit.genes.items():
            column = columns.get(gene.casefold())
            if column is None:
                missing[gene] = None
                continue
            before = edited[:, column]
            limit = np.inf if ceiling is None else np.maximum(ceiling[column], before)
            after = np.maximum(_changed(edit, before, value, known, column), 0.0)
            if (after > limit).any():
                capped.add(str(genes[column]))
            edited[:, column] = np.minimum(after, limit)
            touched[column] = True
    if not touched.any():
        found = f"none of {len(missing)} ({', '.join(list(missing)[:3])} …)"
        raise DataError(
            sentence(
                "at least one edited gene that the model knows",
                found,
                f"The model knows {', '.join(map(str, genes[:5]))} …",
            )
        )
    return Applied(edited, touched, tuple(map(str, genes[touched])), tuple(missing), tuple(sorted(capped)))


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
