"""Edits from tables, gene sets, JSON or code, and back to JSON; :mod:`edit` says what one is, :mod:`apply` carries them out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from ripple_core.errors import DataError, sentence
from ripple_core.files import read_json, write_text
from ripple_core.genesets import deg_table, tables
from ripple_core.genesets.cuts import SIGNIFICANT as SIGNIFICANT
from ripple_core.genesets.cuts import Cuts, passing
from ripple_core.genesets.cuts import Direction as Direction
from ripple_core.perturb.editing.apply import AllCells as AllCells
from ripple_core.perturb.editing.apply import Applied as Applied
from ripple_core.perturb.editing.apply import Reference as Reference
from ripple_core.perturb.editing.apply import apply as apply
from ripple_core.perturb.editing.cells import Cells as Cells
from ripple_core.perturb.editing.edit import HIGHEST as HIGHEST
from ripple_core.perturb.editing.edit import OF_CELLS as OF_CELLS
from ripple_core.perturb.editing.edit import OF_PRESENCE as OF_PRESENCE
from ripple_core.perturb.editing.edit import RANGES as RANGES
from ripple_core.perturb.editing.edit import Edit as Edit
from ripple_core.perturb.editing.edit import Kind as Kind
from ripple_core.perturb.editing.edit import as_list as as_list
from ripple_core.perturb.editing.placing import Placing as Placing
from ripple_core.roi import Roi
from ripple_core.settings import readable

SCHEMA_VERSION = 3
"""Of the JSON edit: 1 was a bare list of edits of genes, 2 knew no cells that come or go; both are still read."""


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


def knockout(genes: Iterable[str], *, strength: float = 1.0) -> Edit:
    """Switch genes off."""
    return Edit(kind="knockout", genes=dict.fromkeys(genes, 0.0), strength=strength, name="knock-out")


def overexpress(genes: Iterable[str], *, percentile: float = 99.0, strength: float = 1.0) -> Edit:
    """Raise genes to a percentile of the cells that express them."""
    return Edit(kind="overexpress", genes=dict.fromkeys(genes, percentile), strength=strength, name="over-express")


def transfer(source: Cells, *, where: Cells | None = None, strength: float = 1.0) -> Edit:
    """Let cells take on the mean profile of others."""
    return Edit(kind="transfer", source=source, where=where, strength=strength, name=f"profile of {source.words}")


def retype(source: Cells, *, where: Cells | None = None, strength: float = 1.0) -> Edit:
    """Let a share ``strength`` of the cells become cells of another kind."""
    return Edit(kind="retype", source=source, where=where, strength=strength, name=f"become {source.words}")


def remove(*, where: Cells | None = None, strength: float = 1.0) -> Edit:
    """Take cells away: a share ``strength`` of them."""
    return Edit(kind="remove", where=where, strength=strength, name="remove cells")


def insert(source: Cells, to: Placing, *, strength: float = 1.0) -> Edit:
    """Put in more cells that take after others: ``Placing(count=20)``, say, in the region."""
    return Edit(kind="insert", source=source, to=to, strength=strength, name=f"insert {to.words} {source.words}")


def move(
    by_um: tuple[float, float] | None = None,
    *,
    into: Roi | None = None,
    where: Cells | None = None,
    strength: float = 1.0,
) -> Edit:
    """Move cells so far along x and y, or into another region."""
    to = Placing(by_um=by_um, region=None if into is None else into.as_feature())
    name = f"move {by_um[0]:+g}, {by_um[1]:+g} µm" if by_um is not None else f"move into {into.name if into else '?'}"
    return Edit(kind="move", to=to, where=where, strength=strength, name=name)


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
    """Edits from a JSON file: one edit, a list of them, or a list with its schema version; a later version is refused."""
    content = read_json(path, "a JSON edit", "Save the edit again")
    if isinstance(content, dict) and "edits" in content:
        version = content.get("schema_version")
        if version not in range(1, SCHEMA_VERSION + 1):
            found, way_out = f"version {version}", "Install a newer napari-ripple, or save the edit again"
            raise DataError(sentence(f"a JSON edit of version {SCHEMA_VERSION} or earlier", found, way_out))
        content = content["edits"]
    if content == []:
        raise DataError(sentence("at least one edit", f"none in {Path(path).name}", "Save an edit there"))
    return [parse(entry) for entry in (content if isinstance(content, list) else [content])]


def parse(entry: Any) -> Edit:
    """One edit from plain JSON values; anything else raises DataError."""
    try:
        return Edit.model_validate(entry)
    except ValidationError as error:
        raise DataError(readable(error, "edit")) from None


def to_json(edits: Sequence[Edit], path: str | Path) -> None:
    """Write edits as JSON that :func:`from_json` reads."""
    content = {"schema_version": SCHEMA_VERSION, "edits": [edit.as_plain() for edit in edits]}
    write_text(path, json.dumps(content, indent=1))
