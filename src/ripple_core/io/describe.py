"""What was found in a file: cells, genes, sections, unit, expression space and labels, for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core import positions
from ripple_core.section import Section

MAX_LABELS = 60
MICROMETRE = ("um", "µm", "micrometre", "micrometer", "micron", "microns")


@dataclass(frozen=True)
class Report:
    """What a file holds.

    Parameters
    ----------
    sections
        Cells per section.
    unit
        Unit of the positions, and where it comes from.
    nearest_um
        Median distance (µm) from a cell to its nearest neighbour in the same section; of more than 50,000 cells of a sample.
    space
        What the expression is: ``counts``.
    labels
        For each per-cell column of names (at most 60 different), how many cells have each.
    notes
        What was assumed or repaired, one sentence each.
    """

    name: str
    cells: int
    genes: int
    sections: dict[str, int]
    unit: str
    nearest_um: float
    space: str
    labels: dict[str, dict[str, int]]
    notes: tuple[str, ...]

    def lines(self) -> list[str]:
        """The report as lines of text."""
        sections = ", ".join(f"{name} ({cells:,} cells)" for name, cells in self.sections.items())
        lines = [
            f"{self.name}: {self.cells:,} cells × {self.genes:,} genes",
            f"sections: {len(self.sections)}: {sections}",
            f"positions: {self.unit}; {self._apart()}",
            f"expression: {self.space}",
        ]
        for key, counts in self.labels.items():
            largest = ", ".join(f"{name} {cells:,}" for name, cells in list(counts.items())[:4])
            lines.append(f"labels in {key}: {len(counts)}: {largest}{', …' if len(counts) > 4 else ''}")
        return lines + [f"note: {note}" for note in self.notes]

    def _apart(self) -> str:
        if max(self.sections.values()) < 2:
            return "no cell has a neighbour"
        how = "median of a sample of them" if any(map(positions.is_sampled, self.sections.values())) else "median"
        return f"nearest cells are {self.nearest_um:.3g} µm apart ({how})"

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, for JSON."""
        return {**asdict(self), "notes": list(self.notes)}


def describe(adata: ad.AnnData, section_key: str | None = None) -> Report:
    """What ``adata`` holds; raises DataError where it cannot be used as a section.

    >>> import ripple_core as rc
    >>> adata = rc.Section.from_anndata(rc.read("sample_data/tissue.h5ad")).to_anndata()
    >>> rc.describe(adata).space
    'counts'
    """
    whole = Section.from_anndata(adata)
    return report(adata, whole, whole.split(section_key), section_key)


def report(adata: ad.AnnData, whole: Section, sections: Sequence[Section], section_key: str | None = None) -> Report:
    """What was found, where the data have been made one section, and that has been split, already.

    Of ``adata`` only var and uns are read.
    """
    return Report(
        name=whole.name,
        cells=len(whole),
        genes=len(whole.genes),
        sections={section.name: len(section) for section in sections},
        unit=_unit(adata, whole),
        nearest_um=_nearest_um(sections),
        space="counts",
        labels=_labels(whole.obs, skip=section_key or whole.section_key),
        notes=(*whole.notes, *map(str, adata.uns.get("read_notes", ())), *_gene_note(adata)),
    )


def _nearest_um(sections: Sequence[Section]) -> float:
    """Median over all cells' sections, weighted by their cells; 0 for lone cells."""
    several = [section for section in sections if len(section) > 1]
    if not several:
        return 0.0
    return float(np.average([section.nearest_um for section in several], weights=[len(section) for section in several]))


def _unit(adata: ad.AnnData, whole: Section) -> str:
    stated = adata.uns.get("spatial_unit")
    if stated is not None:
        first = (str(stated).casefold().split() or [""])[0].strip(",;:()")
        return "µm, as the file says" if first in MICROMETRE else f"taken as µm; the file says {stated}"
    for by, words in ((positions.BY_LATTICE, "the lattice of spots"), (positions.BY_BINS, "the size of the bins")):
        if any(by in note for note in whole.notes):
            return f"µm, from pixels by {words}"
    if any("unit" in note for note in whole.notes):
        return "scaled to µm from an unknown unit"
    return "taken as µm; the file does not say"


def _labels(obs: pd.DataFrame, skip: str | None) -> dict[str, dict[str, int]]:
    """Cells per name for the columns that hold names, most frequent first."""
    labels = {}
    for key in obs.columns:
        column = obs[key]
        named = (
            isinstance(column.dtype, pd.CategoricalDtype)
            or column.dtype == object
            or pd.api.types.is_string_dtype(column)
        )
        if key != skip and named and 1 < column.nunique() <= MAX_LABELS:
            counts = column.value_counts()
            labels[str(key)] = {str(name): int(cells) for name, cells in counts.items() if cells}
    return labels


def _gene_note(adata: ad.AnnData) -> list[str]:
    """A sentence where genes are known by symbol and by id."""
    return (
        ["Genes are named by symbol; their Ensembl ids are kept in var['gene_id']."] if "gene_id" in adata.var else []
    )
