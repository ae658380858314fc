"""One tissue section, frozen: raw counts, gene names, cell positions in µm and the per-cell table."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import anndata as ad
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

from ripple_core.errors import DataError, sentence

SECTION_KEYS = ("section", "sample", "slice", "library_id", "fov_section")
LABEL_KEYS = ("cell_type", "celltype", "cell_types", "annotation", "cell_class", "cluster", "leiden", "region")
PLAUSIBLE_NEAREST_UM = (1.0, 300.0)
CELL_PITCH_UM = 10.0
MAX_REPEATED_SHARE = 0.5


@dataclass(frozen=True)
class Section:
    """A section of tissue as every part of the core receives it.

    Parameters
    ----------
    name
        How the section is called in messages and results.
    counts
        Raw counts (cells, genes), CSR.
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
        xy, notes = _micrometres(adata)
        counts = sparse.csr_matrix(adata.X).astype(np.float32)
        counts.sum_duplicates()
        return cls(
            name=name or str(adata.uns.get("name", "section")),
            counts=counts,
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

    def split(self, key: str | None = None) -> list[Section]:
        """One section per value of ``obs[key]``; the whole when there is no such column."""
        key = key or self.section_key
        if key is None:
            return [self]
        if key not in self.obs:
            raise DataError(
                sentence(f"a column {key!r} in obs", f"columns {list(self.obs.columns)}", "Pass --section-key")
            )
        values = self.obs[key].astype(str).to_numpy()
        return [self.subset(values == value, name=value) for value in pd.unique(values)]

    @property
    def section_key(self) -> str | None:
        """The obs column that tells sections apart, or None."""
        return next((key for key in SECTION_KEYS if key in self.obs), None)

    @property
    def label_key(self) -> str | None:
        """The obs column that most likely holds cell types, or None."""
        named = next((key for key in LABEL_KEYS if key in self.obs), None)
        return named if named is not None and self.obs[named].nunique() > 1 else None

    @cached_property
    def _by_gene(self) -> sparse.csc_matrix:
        return self.counts.tocsc()

    @cached_property
    def library_size(self) -> np.ndarray:
        """Counts per cell (cells,)."""
        return np.asarray(self.counts.sum(axis=1)).ravel()

    def gene(self, name: str, log: bool = False) -> np.ndarray:
        """Raw counts (cells,) of one gene, or log1p of counts scaled to the median library size."""
        if name not in self.genes:
            raise DataError(
                sentence("a gene of this section", repr(name), "Type the first letters to see what there is")
            )
        column = self._by_gene[:, [self.genes.get_loc(name)]].toarray().ravel()
        if not log:
            return column
        size = np.maximum(self.library_size, 1.0)
        return np.log1p(column * (np.median(size) / size)).astype(np.float32)

    @cached_property
    def nearest_um(self) -> float:
        """Median distance (µm) from a cell to its nearest other cell."""
        return float(np.median(cKDTree(self.xy_um).query(self.xy_um, k=2)[0][:, 1]))


def check_anndata(adata: ad.AnnData) -> None:
    """Raise DataError, saying expected, found and the way out, unless ``adata`` can be used as a section."""
    if adata.n_obs == 0 or adata.n_vars == 0:
        raise DataError(sentence("at least one cell and one gene", f"{adata.n_obs} × {adata.n_vars}", "Check the file"))
    _check_names(adata.obs_names, "cell", "obs_names_make_unique()")
    _check_names(adata.var_names, "gene", "var_names_make_unique(), or drop the repeats")
    _check_xy(adata)
    _check_counts(adata)


def _check_names(names: pd.Index, what: str, way_out: str) -> None:
    repeated = names[names.duplicated()]
    if len(repeated):
        some = ", ".join(map(str, repeated.unique()[:3]))
        raise DataError(
            sentence(
                f"every {what} name once", f"{len(repeated)} repeated ({some} …)", f"Make them unique with {way_out}"
            )
        )


def _check_xy(adata: ad.AnnData) -> None:
    if "spatial" not in adata.obsm:
        found = f"obsm with {list(adata.obsm) or 'nothing'}"
        raise DataError(sentence("positions in obsm['spatial']", found, "Store (x, y) in µm there, one row a cell"))
    xy = np.asarray(adata.obsm["spatial"])
    if xy.ndim != 2 or xy.shape[1] < 2 or not np.issubdtype(xy.dtype, np.number):
        raise DataError(
            sentence(
                "two numeric columns (x, y) in obsm['spatial']", f"shape {xy.shape}, {xy.dtype}", "Store (x, y) in µm"
            )
        )
    bad = int((~np.isfinite(xy[:, :2])).any(axis=1).sum())
    if bad:
        raise DataError(
            sentence(
                "a finite position for every cell", f"{bad} cells without one (NaN or infinite)", "Remove these cells"
            )
        )
    _check_positions_differ(adata, xy[:, :2])


def _check_positions_differ(adata: ad.AnnData, xy: np.ndarray) -> None:
    """Refuse positions that were never filled in; a few repeats are real (overlapping segmentations) and become a note."""
    repeated = _repeated_positions(adata, xy)
    if repeated > MAX_REPEATED_SHARE * len(xy):
        found = f"{repeated} of {len(xy)} that share their position with another"
        raise DataError(
            sentence("every cell of a section at its own position", found, "Check that obsm['spatial'] is filled")
        )


def _repeated_positions(adata: ad.AnnData, xy: np.ndarray) -> int:
    """Cells that share their position with an earlier cell of the same section (sections of one file may overlap)."""
    key = next((key for key in SECTION_KEYS if key in adata.obs), None)
    table = pd.DataFrame(xy).assign(section="" if key is None else adata.obs[key].astype(str).to_numpy())
    return int(table.duplicated().sum())


def _check_counts(adata: ad.AnnData) -> None:
    values = adata.X.data if sparse.issparse(adata.X) else np.asarray(adata.X).ravel()
    if values is None or not np.issubdtype(np.asarray(values).dtype, np.number):
        raise DataError(sentence("raw counts in X", "no numbers", "Store the raw counts in X"))
    if not np.isfinite(values).all():
        raise DataError(sentence("raw counts in X", "NaN or infinite values", "Store the raw counts in X"))
    if (values < 0).any():
        raise DataError(sentence("raw counts in X", f"negative values (lowest {values.min():.3g})", _COUNTS_WAY_OUT))
    whole = np.abs(values - np.rint(values)) < 1e-6
    if not whole.all():
        share = 1 - whole.mean()
        raise DataError(
            sentence("raw counts (whole numbers) in X", f"{share:.0%} of the values with decimals", _COUNTS_WAY_OUT)
        )


_COUNTS_WAY_OUT = "Put the raw counts in X, for instance adata.X = adata.layers['counts'], or pass --layer counts"


def expression_space(adata: ad.AnnData) -> str:
    """Guess what X holds: ``counts``, ``log-normalised``, ``z-scored`` or ``normalised``."""
    values = adata.X.data if sparse.issparse(adata.X) else np.asarray(adata.X).ravel()
    if len(values) == 0 or np.all(np.abs(values - np.rint(values)) < 1e-6):
        return "counts" if len(values) == 0 or values.min() >= 0 else "whole numbers with negatives"
    if values.min() < 0:
        return "z-scored"
    return "log-normalised" if values.max() < 20 else "normalised"


def _micrometres(adata: ad.AnnData) -> tuple[np.ndarray, list[str]]:
    """Positions in µm and what was assumed to get them."""
    xy = np.asarray(adata.obsm["spatial"], dtype=np.float64)[:, :2].copy()
    notes: list[str] = []
    repeated = _repeated_positions(adata, xy)
    if repeated:
        notes.append(f"{repeated} cells share their position with another cell; they are kept as they are.")
    unique = np.unique(xy, axis=0)
    if len(unique) < 3 or "spatial_unit" in adata.uns:
        return xy, notes
    nearest = float(np.median(cKDTree(unique).query(unique, k=2)[0][:, 1]))
    low, high = PLAUSIBLE_NEAREST_UM
    if not low <= nearest <= high:
        xy *= CELL_PITCH_UM / nearest
        notes.append(
            f"The unit of the positions is unknown (nearest cells are {nearest:.3g} apart); "
            f"they were scaled so that nearest cells are {CELL_PITCH_UM:g} µm apart."
        )
    return xy, notes
