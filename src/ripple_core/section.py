"""One tissue section, frozen: raw counts, gene names, cell positions in µm and the per-cell table."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from pandas.arrays import NumpyExtensionArray
from scipy import sparse

from ripple_core import counts as matrix
from ripple_core import mapped, positions
from ripple_core.checks import check_anndata, section_key, section_labels
from ripple_core.errors import DataError, among, sentence

NAMES_AT_ONCE = 10_000
FIRST_LOOK = 10_000
NO_SECTION = "(no section)"
LABEL_KEYS = ("cell_type", "celltype", "cell_types", "annotation", "cell_class", "cluster", "leiden", "region")


@dataclass(frozen=True)
class Section:
    """A section of tissue as every part of the core receives it.

    Parameters
    ----------
    name
        How the section is called in messages and results.
    counts
        Raw counts (cells, genes), CSR, float32; eight bytes for each that is not zero. Shared with the AnnData that they
        come from where that holds them so: change neither.
    xy_um
        Positions (cells, 2) as (x, y) in µm, float64.
    genes, cells
        Unique gene and cell names.
    obs
        The per-cell table, indexed by ``cells``.
    notes
        What was assumed or repaired when the section was read, one sentence each; shown to the user.
    """

    name: str
    counts: sparse.csr_matrix
    xy_um: np.ndarray
    genes: pd.Index
    cells: pd.Index
    obs: pd.DataFrame
    notes: tuple[str, ...] = field(default=())

    @classmethod
    def from_anndata(cls, adata: ad.AnnData, name: str | None = None) -> Section:
        """Take a checked AnnData (counts in X, (x, y) in ``obsm['spatial']``) as a section.

        Raises DataError, in plain words, for anything :func:`check_anndata` refuses.
        """
        check_anndata(adata)
        xy = np.asarray(adata.obsm["spatial"])[:, :2]
        sections, is_stated = section_labels(adata.obs), "spatial_unit" in adata.uns
        repeated = positions.repeats(xy, sections)
        bins = positions.Bins.told_by(adata.uns.get("spatial"))
        xy, notes = positions.in_micrometres(
            xy, repeated, is_stated=is_stated, obs=adata.obs, sections=sections, bins=bins
        )
        return cls(
            name=name or str(adata.uns.get("name", "section")),
            counts=matrix.as_counts(adata.X),
            xy_um=xy,
            genes=pd.Index(adata.var_names.astype(str)),
            cells=pd.Index(adata.obs_names.astype(str)),
            obs=adata.obs.copy(),
            notes=tuple(notes),
        )

    def to_anndata(self) -> ad.AnnData:
        """The section as AnnData: counts in X, positions in ``obsm['spatial']`` (µm)."""
        adata = ad.AnnData(self.counts.copy(), obs=self.obs.copy(), var=pd.DataFrame(index=self.genes))
        adata.obs_names = self.cells
        adata.obsm["spatial"] = self.xy_um.copy()
        adata.uns["name"] = self.name
        adata.uns["spatial_unit"] = "micrometre"
        return adata

    def __len__(self) -> int:
        return len(self.cells)

    def subset(self, index: np.ndarray, name: str | None = None) -> Section:
        """The cells at ``index`` (positions or a mask), as a section of their own."""
        rows = np.flatnonzero(index) if np.asarray(index).dtype == bool else np.asarray(index)
        return Section(
            name=name or self.name,
            counts=self.counts[rows],
            xy_um=self.xy_um[rows],
            genes=self.genes,
            cells=self.cells[rows],
            obs=self.obs.iloc[rows],
            notes=self.notes,
        )

    def with_columns(self, table: pd.DataFrame) -> Section:
        """The same cells with more columns in obs, or other ones in the place of those of the same name; nothing is copied.

        ``table`` has a row for each cell, by name; DataError for any other.
        """
        if len(table) != len(self) or not table.index.equals(self.cells):
            found = f"{len(table)} rows, or of other names"
            raise DataError(sentence("a row for each cell, in the section's order", found, "Look them up by name"))
        new = copy(self)
        new.__dict__["obs"] = self.obs.assign(**{str(name): table[name].array for name in table})
        new.__dict__.pop("label_key", None)
        return new

    def split(self, key: str | None = None) -> list[Section]:
        """One section per value of ``obs[key]``; the whole when there is no such column."""
        key = key or self.section_key
        if key is None:
            return [self]
        if key not in self.obs:
            raise DataError(
                sentence(f"a column {key!r} in obs", f"columns {list(self.obs.columns)}", "Pass --section-key")
            )
        codes, names = self.named_parts(key)
        if len(names) == 1:
            return [self if self.name == names[0] else called(self, names[0])]
        return [self.subset(codes == code, name=name) for code, name in enumerate(names)]

    def named_parts(self, key: str) -> tuple[np.ndarray, list[str]]:
        """To which value of ``obs[key]`` each cell belongs (cells,), and the values in the order in which they come.

        Cells without a value are a part of their own, :data:`NO_SECTION`.
        """
        labels = self.labels(key).cat
        codes, order = pd.factorize(labels.codes.to_numpy())
        names = labels.categories.astype(str).tolist()
        return codes, [names[place] if place >= 0 else NO_SECTION for place in order.tolist()]

    @property
    def is_complete(self) -> bool:
        """Whether the counts are there; of a file that is being read they may come later."""
        return True

    @property
    def is_on_disk(self) -> bool:
        """Whether the counts stay on disk and are read as they are looked at."""
        return mapped.is_mapped(self.counts)

    @property
    def counts_bytes(self) -> int:
        """What the counts take, by cells and, if they have been asked for so, by genes."""
        made = [self.counts, *([self.by_gene] if "by_gene" in self.__dict__ else [])]
        return int(sum(part.nbytes for matrix in made for part in (matrix.data, matrix.indices, matrix.indptr)))

    @property
    def section_key(self) -> str | None:
        """The obs column that tells sections apart, or None."""
        return section_key(self.obs)

    @cached_property
    def label_key(self) -> str | None:
        """The obs column that most likely holds cell types, or None."""
        return next((key for key in LABEL_KEYS if key in self.obs and not self.has_few(key, 1)), None)

    def labels(self, key: str) -> pd.Series:
        """A column of obs as categories that all occur; made once for each column."""
        column, made = self.obs[key].array, self._labels.get(key)
        if made is None or not _is_same_column(made[0], column):
            labels = self.obs[key].astype("category").cat.remove_unused_categories()
            made = self._labels[key] = (column, labels)
        return made[1]

    def has_few(self, key: str, most: int) -> bool:
        """Whether a column of obs has at most so many different values; of many numbers the first cells tell at once."""
        column = self.obs[key]
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes = column.cat.codes.to_numpy()
            return bool(np.count_nonzero(np.bincount(codes[codes >= 0])) <= most)
        return bool(column.iloc[:FIRST_LOOK].nunique() <= most and column.nunique() <= most)

    @cached_property
    def _labels(self) -> dict[str, tuple[Any, pd.Series]]:
        return {}

    @cached_property
    def memory(self) -> dict[str, Any]:
        """What others have computed of these cells and may want again; they say by its name what it is."""
        return {}

    @cached_property
    def by_gene(self) -> sparse.csc_matrix:
        """The counts by columns, in small whole numbers; made when a gene is first asked for, then kept.

        Five bytes (of counts up to 255) for each count that is not zero, beside the eight of ``counts``.
        """
        return matrix.by_gene(self.counts)

    @cached_property
    def library_size(self) -> np.ndarray:
        """Counts per cell (cells,)."""
        return np.asarray(self.counts.sum(axis=1)).ravel()

    @cached_property
    def gene_sums(self) -> np.ndarray:
        """Counts per gene (genes,), float64."""
        return matrix.sums(self.counts)

    def gene(self, name: str, log: bool = False) -> np.ndarray:
        """Raw counts (cells,) of one gene, or log1p of counts scaled to the median library size."""
        if name not in self.genes:
            raise DataError(
                sentence("a gene of this section", repr(name), "Type the first letters to see what there is")
            )
        column = matrix.column(self.by_gene, int(self.genes.get_indexer(pd.Index([name]))[0]))
        if not log:
            return column
        size = np.maximum(self.library_size, 1.0)
        return np.log1p(column * (np.median(size) / size)).astype(np.float32)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of counts, positions and names, as results record it."""
        digest = hashlib.sha256()
        for part in (self.counts.indptr, self.counts.indices, self.counts.data, self.xy_um):
            digest.update(np.ascontiguousarray(part).data.cast("B"))
        for names in (self.cells, self.genes):
            for start in range(0, len(names), NAMES_AT_ONCE):
                is_first = names is self.cells and not start
                digest.update(("\n" * (not is_first) + "\n".join(names[start : start + NAMES_AT_ONCE])).encode())
        return digest.hexdigest()

    @cached_property
    def span_um(self) -> np.ndarray:
        """Width and height (2,) of what the cells cover, in µm."""
        return np.array([axis.max() - axis.min() if len(axis) else 0.0 for axis in self.xy_um.T])

    @cached_property
    def nearest_um(self) -> float:
        """Median distance (µm) from a cell to its nearest other cell; of many cells a sample of 20,000 stands for all."""
        return positions.nearest(self.xy_um)


def called(section: Section, name: str) -> Section:
    """The same cells under another name; nothing is copied, and what is remembered of them is shared."""
    new = copy(section)
    new.__dict__["name"] = name
    return new


def section_named(sections: Sequence[Section], name: str) -> Section:
    """The section of a name among those of a file; DataError, with the names that there are, where there is none."""
    for section in sections:
        if section.name == name:
            return section
    raise DataError(among("the name of a section", repr(name), (section.name for section in sections)))


def _is_same_column(one: Any, other: Any) -> bool:
    """Whether two columns are the very same values in memory, not equal ones."""
    if one is other:
        return True
    if not (isinstance(one, NumpyExtensionArray) and isinstance(other, NumpyExtensionArray)):
        return False
    return one.to_numpy().__array_interface__["data"] == other.to_numpy().__array_interface__["data"]
