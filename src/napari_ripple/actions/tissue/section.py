"""Open a section: read it, make it the session's, and choose which of a file's is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np

from napari_ripple.session import Session
from napari_ripple.user import preferences
from ripple_core import counts as matrix
from ripple_core.checks import section_labels
from ripple_core.errors import DataError, sentence
from ripple_core.genesets.ranked import Ranking, rankings
from ripple_core.io import describe, early, images
from ripple_core.io.picture import TissueImage
from ripple_core.io.read import read
from ripple_core.section import Section, section_named

MAX_NAMED = 3


@dataclass(frozen=True)
class Opened:
    """Data that have been read: their path (None for data in memory), sections, what was found, rankings of genes, images."""

    path: Path | None
    sections: tuple[Section, ...]
    report: describe.Report
    rankings: tuple[Ranking, ...] = ()
    images: tuple[TissueImage, ...] = ()


def read_section(path: str | Path, layer: str | None = None) -> Opened:
    """Read a file or a folder into its sections, on any thread; a bad one raises DataError."""
    adata = read(path, layer)
    whole = Section.from_anndata(adata)
    opened = _opened(adata, whole, Path(path))
    if opened.images:
        return opened
    return _with_pictures(opened, lambda: images.beside(Path(path), adata.obsm["spatial"], whole.xy_um, whole.name))


def first_look(path: str | Path, layer: str | None = None) -> Opened:
    """A file's sections as far as it takes to see their cells; their counts come later, where the file allows that."""
    seen = early.look(Path(path), layer, preferences.load().counts) if early.is_possible(Path(path)) else None
    if seen is None:
        return read_section(path, layer)
    adata, whole, stored = seen
    opened = _opened(adata, whole, Path(path))
    labels = section_labels(whole.obs)
    return _with_pictures(opened, lambda: images.of_file(Path(path), stored, whole.xy_um, whole.name, labels))


def from_memory(adata: ad.AnnData, path: Path | None = None) -> Opened:
    """The sections of data that are in memory; data that cannot be a section raise DataError."""
    return _opened(adata, Section.from_anndata(adata), path)


def _opened(adata: ad.AnnData, whole: Section, path: Path | None) -> Opened:
    """The sections of what was read; the images that are in memory with it are placed."""
    sections, libraries = tuple(whole.split()), adata.uns.get("spatial")
    labels = section_labels(whole.obs)
    found = () if libraries is None else images.placed(libraries, adata.obsm["spatial"], whole.xy_um, labels)
    return Opened(path, sections, describe.report(adata, whole, sections), rankings(adata), found)


def _with_pictures(opened: Opened, find: Callable[[], tuple[TissueImage, ...]]) -> Opened:
    """The same with the pictures beside the cells; where they cannot be shown the cells are, and a note says why."""
    try:
        return replace(opened, images=find())
    except DataError as error:
        notes = (*opened.report.notes, f"The picture is not shown: {error}")
        return replace(opened, report=replace(opened.report, notes=notes))


def open_section(session: Session, path: str | Path, section: str | None = None, layer: str | None = None) -> None:
    """Open a section file and show its first section, or the one named."""
    show_section(session, read_section(path, layer), section, layer)


def show_section(session: Session, opened: Opened, section: str | None = None, layer: str | None = None) -> None:
    """Make sections that have been read the session's."""
    chosen = _named(opened.sections, section)
    session.rewrite(lambda choices: replace(choices, names={}))
    session.section_path, session.report, session.rankings = opened.path, opened.report, opened.rankings
    session.section_layer, session.images = layer, opened.images
    session.sections = opened.sections
    session.columns = {}
    if opened.path is not None:
        given = {"section": section, "layer": layer}
        given = {name: value for name, value in given.items() if value is not None}
        session.record("open", path=str(opened.path), **given)
    _install(session, chosen)


def choose_section(session: Session, name: str) -> None:
    """Show another section of the file that is open."""
    chosen = _named(session.sections, name)
    session.record("choose_section", name=name)
    _install(session, chosen)


def _install(session: Session, section: Section) -> None:
    """Show a section: coloured by its labels, or by its most variable gene; nothing of another section stays."""
    session.simulation = None
    session.result = None
    session.result_inputs = None
    session.check = None
    session.second = None
    session.view = "observed"
    session.hidden = frozenset()
    session.is_complete = section.is_complete
    by = session.color_by
    keeps = {
        "gene": by.key in section.genes,
        "label": by.key in section.obs,
        "set": any(gene in section.genes for gene in by.genes),
    }.get(by.kind, False)
    if not keeps:
        by = replace(by, **first_colour(section), genes=())
    with session.events.color_by.blocked():
        session.color_by = by
    session.section = section
    session.events.color_by.emit(by)
    session.message = f"{section.name}: {len(section):,} cells, {len(section.genes):,} genes."


def first_colour(section: Section) -> dict[str, Any]:
    """What a section is coloured by at first: its labels, or its most variable gene, as fields of ColorBy."""
    if section.label_key is not None:
        return {"kind": "label", "key": section.label_key}
    if not section.is_complete:
        return {"kind": "label", "key": ""}
    mean = section.gene_sums / len(section)
    mean_square = matrix.sums_of_squares(section.counts) / len(section)
    return {"kind": "gene", "key": str(section.genes[int(np.argmax(mean_square - mean**2))])}


def _named(sections: tuple[Section, ...], name: str | None) -> Section:
    return sections[0] if name is None else section_named(sections, name)


def shown_section(session: Session) -> Section:
    """The section that is shown; DataError where none is open."""
    if session.section is None:
        raise DataError(sentence("an open section", "none", "Open or drop a section file first"))
    return session.section
