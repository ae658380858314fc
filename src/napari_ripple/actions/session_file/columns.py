"""The part of a session file that holds columns which were computed here: niches, labels."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import anndata as ad
import pandas as pd
from pydantic import Field
from scipy import sparse

from napari_ripple.actions.session_file.store import Store
from napari_ripple.session import Session
from ripple_core.io import h5ad
from ripple_core.section import Section
from ripple_core.settings import Settings

Records = dict[str, dict[str, Any]]


class ColumnsContent(Settings):
    """The computed columns of one section."""

    section: str = Field(description="Which section of the file.")
    member: str = Field(description="Their file inside.")
    records: Records = Field(description="How each was made, by its name.")


def take(session: Session) -> list[tuple[Section, Records]] | None:
    """The sections with columns that were computed here, and how they were made."""
    found: list[tuple[Section, Records]] = []
    for section in session.sections:
        records = {column: record for (name, column), record in session.columns.items() if name == section.name}
        if records:
            found.append((section, records))
    return found or None


def write(taken: list[tuple[Section, Records]], store: Store) -> list[dict[str, Any]]:
    """Each section's columns as a file inside."""
    contents = []
    for section, records in taken:
        member = store.keep("columns.h5ad", section.obs, partial(_write, section, list(records)))
        contents.append(ColumnsContent(section=section.name, member=member, records=records).model_dump())
    return contents


def read(content: Any, store: Store) -> list[tuple[ColumnsContent, pd.DataFrame]]:
    """The columns, read."""
    found = [ColumnsContent(**one) for one in content]
    return [(one, store.anndata(one.member).obs) for one in found]


def give(session: Session, value: list[tuple[ColumnsContent, pd.DataFrame]]) -> None:
    """Add them to their sections; those of cells that are no longer there are left out."""
    for content, table in value:
        section = next((one for one in session.sections if one.name == content.section), None)
        if section is None or not table.index.equals(section.cells):
            continue
        records = {(content.section, column): record for column, record in content.records.items()}
        session.add_columns(table[list(content.records)], records, section)


def _write(section: Section, names: list[str], path: Path) -> None:
    counts = sparse.csr_matrix((len(section), 1), dtype="float32")
    h5ad.write(ad.AnnData(counts, obs=section.obs[names].set_axis(section.cells)), path)
