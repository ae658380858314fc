"""The first look at a section file: positions, labels and gene names at once, the counts after them, piece by piece."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal

import anndata as ad
import h5py
import numpy as np
import pandas as pd
from scipy import sparse

from ripple_core import counts as matrix
from ripple_core import mapped, positions
from ripple_core.checks import check_cells, check_extent, section_labels
from ripple_core.errors import DataError, sentence
from ripple_core.io import frame, gene_names, store, to_disk, vendors
from ripple_core.progress import Progress
from ripple_core.section import Section

VALUES_AT_ONCE = 1 << 20
FIRST_VALUES, FEW_CELLS = 1 << 18, 32
FEW_VALUES = 4_000_000
"""With fewer values a file is read whole in a blink."""
Keep = Literal["auto", "memory", "disk"]
Opened = Callable[[], AbstractContextManager[Any]]
Pick = Callable[[sparse.csr_matrix], sparse.csr_matrix]
LOST, OPEN_AGAIN = "a file that can no longer be read", "Check that it is still there, and open it again"
LEFT_FOR_LATER = ("spatial",)
"""Parts of ``uns`` that are not needed to see cells: images."""


class EarlySection(Section):
    """A section whose counts come later: whoever asks for them before they are there waits until they have been read."""

    def __init__(self, source: CountsToCome, rows: np.ndarray | None, parts: dict[str, Any]) -> None:
        own = {**parts, "_source": source, "_rows": rows}
        for name, value in own.items():
            object.__setattr__(self, name, value)

    @cached_property
    def counts(self) -> sparse.csr_matrix:  # a field of Section, here read when it is needed
        """Raw counts (cells, genes), CSR."""
        return self._part(self.__dict__["_source"].whole())

    @property
    def is_complete(self) -> bool:
        """Whether the counts are there."""
        return "counts" in self.__dict__

    def complete(self) -> Generator[Progress]:
        """Read the counts and arrange them by gene, a Progress a piece; leaving early leaves the section as it was."""
        yield from self.__dict__["_source"].steps()
        cells = f"{len(self):,} cells"
        yield Progress(0, 0, f"Arranging the counts of {cells} by gene")
        counts = self._part(self.__dict__["_source"].whole())
        mirror = (yield from to_disk.mirror(counts)) if mapped.is_mapped(counts) else matrix.by_gene(counts)
        yield Progress(0, 0, f"Adding up the counts of {cells}")
        self.__dict__["gene_sums"] = matrix.sums(counts)
        self.__dict__["library_size"] = np.asarray(counts.sum(axis=1)).ravel()
        self.__dict__["by_gene"] = mirror
        self.__dict__["counts"] = counts
        yield Progress(0, 0, "Noting which cells these are, for the results")
        _ = self.fingerprint

    def split(self, key: str | None = None) -> list[Section]:
        """One section per value of ``obs[key]``, none of which has its counts yet."""
        chosen = key or self.section_key
        if chosen is None:
            return [self]
        codes, names = self.named_parts(chosen)
        if len(names) == 1:
            return [self._of(None, names[0])]
        return [self._of(np.flatnonzero(codes == code), name) for code, name in enumerate(names)]

    def _of(self, rows: np.ndarray | None, name: str) -> EarlySection:
        kept = slice(None) if rows is None else rows
        parts = {"xy_um": self.xy_um[kept], "cells": self.cells[kept], "obs": self.obs.iloc[kept]}
        same = {"genes": self.genes, "notes": self.notes, "name": name}
        return EarlySection(self.__dict__["_source"], rows, {**parts, **same})

    def _part(self, whole: sparse.csr_matrix) -> sparse.csr_matrix:
        rows = self.__dict__["_rows"]
        if rows is None:
            return whole
        return mapped.some(whole, rows) if mapped.is_mapped(whole) else whole[rows]


class CountsToCome:
    """The counts of a file, read once: piece by piece by who calls :meth:`steps`, or at once by who cannot wait.

    Parameters
    ----------
    opened
        Opens the stored matrix, and closes it.
    keep
        Where they are kept; auto: on disk where they would take more than half of the memory that is free.
    pick
        Takes those that are wanted out of all of them, CSR, in memory; None takes all.
    """

    def __init__(self, opened: Opened, keep: Keep = "auto", pick: Pick | None = None) -> None:
        self.opened, self.keep, self.pick = opened, keep, pick
        self._read = threading.Lock()
        self._counts: sparse.csr_matrix | None = None

    def steps(self) -> Generator[Progress]:
        """Read them, a Progress a piece; DataError for what is no counts. One thread reads, others wait for it."""
        with self._read:
            if self._counts is None:
                try:
                    with self.opened() as stored:
                        counts = yield from (to_disk.pieces(stored) if self._stay_on_disk(stored) else _pieces(stored))
                except (OSError, KeyError) as error:
                    raise DataError(sentence("the counts of the section", f"{LOST} ({error})", OPEN_AGAIN)) from None
                self._counts = counts if self.pick is None else self.pick(counts)

    def _stay_on_disk(self, stored: Any) -> bool:
        if self.pick is not None:
            return False
        return self.keep == "disk" or (self.keep == "auto" and mapped.is_better(to_disk.size_of(stored)))

    def whole(self) -> sparse.csr_matrix:
        """All of them, CSR, float32."""
        for _ in self.steps():
            pass
        return self._counts


def is_possible(path: Path) -> bool:
    """Whether a path is a file, or a folder, whose parts can be opened one by one."""
    return store.is_zarr(path) or vendors.find(path) is not None or (path.is_file() and h5py.is_hdf5(path))


def look(
    path: Path, layer: str | None = None, keep: Keep = "auto"
) -> tuple[ad.AnnData, EarlySection, np.ndarray] | None:
    """What is said of a file's genes (var, uns), its cells as one section, and their positions as stored (cells, 2).

    None where it has to be read whole: small files, ``.raw``, and where X does not look like counts, for which the whole reader has
    better words. ``keep`` says where the counts are kept when they come.
    """
    if vendors.find(path) is not None:
        return _look_into_folder(path, layer)
    where = "X" if layer is None else f"layers/{layer}"
    with store.opened(path) as root:
        if layer == "raw" or not {"obs", "var"} <= set(root) or where not in root or not _is_worth_it(root[where]):
            return None
        obs, adata, obsm = frame.read(root["obs"]), _of_genes(root), _positions(root)
        bins = positions.Bins.told_by(_scale_factors(root))
    adata.uns.setdefault("name", store.name_of(path))
    gene_names.prefer_symbols(adata)
    return _early(adata, obs, obsm, CountsToCome(partial(_part_of, path, where), keep), bins)


def _look_into_folder(path: Path, layer: str | None) -> tuple[ad.AnnData, EarlySection, np.ndarray] | None:
    """The same for a vendor's folder, whose counts are kept in memory."""
    from ripple_core.io.vendors import feature_matrix

    seen = None if layer is not None else vendors.look(path)
    if seen is None:
        return None
    adata, file = seen
    with feature_matrix.opened(file) as stored:
        if not _is_worth_it(stored):
            return None
    source = CountsToCome(partial(feature_matrix.opened, file), pick=feature_matrix.Pick.out_of(adata))
    return _early(adata, adata.obs, dict(adata.obsm), source)


@contextmanager
def _part_of(path: Path, where: str) -> Iterator[Any]:
    """A matrix in a file or store."""
    with store.opened(path) as root:
        yield root[where]


def _early(
    adata: ad.AnnData,
    obs: pd.DataFrame,
    obsm: dict[str, Any],
    counts: CountsToCome,
    bins: positions.Bins | None = None,
) -> tuple[ad.AnnData, EarlySection, np.ndarray]:
    """The cells, checked as those of every section are."""
    check_cells(obs, adata.var_names, obsm)
    stored = np.asarray(obsm["spatial"])[:, :2]
    sections, is_stated = section_labels(obs), "spatial_unit" in adata.uns
    repeated = positions.repeats(stored, sections)
    xy, notes = positions.in_micrometres(stored, repeated, is_stated=is_stated, obs=obs, sections=sections, bins=bins)
    names = {"name": str(adata.uns["name"]), "genes": pd.Index(adata.var_names.astype(str))}
    cells = {"cells": _as_text(obs.index), "obs": obs, "xy_um": xy, "notes": tuple(notes)}
    return adata, EarlySection(counts, None, {**names, **cells}), stored


def _of_genes(root: Any) -> ad.AnnData:
    """var and the small parts of ``uns``, as AnnData without cells: with them it would look for repeated names once more."""
    uns = root.get("uns", {})
    small = {key: ad.io.read_elem(uns[key]) for key in uns if key not in LEFT_FOR_LATER}
    return ad.AnnData(var=frame.read(root["var"]), uns=small)


def _scale_factors(root: Any) -> dict[str, Any]:
    """``uns['spatial']`` without its pictures: those of each library that say how large a pixel is."""
    libraries = root.get("uns", {}).get("spatial", {})
    names = [name for name in libraries if hasattr(libraries[name], "keys")] if hasattr(libraries, "keys") else []
    return {
        name: {"scalefactors": ad.io.read_elem(libraries[name]["scalefactors"])}
        for name in names
        if "scalefactors" in libraries[name]
    }


def _positions(root: Any) -> dict[str, np.ndarray]:
    """The part of ``obsm`` that is needed, where it is there."""
    there = "obsm" in root and "spatial" in root["obsm"]
    return {"spatial": np.asarray(ad.io.read_elem(root["obsm"]["spatial"]))} if there else {}


def _as_text(names: pd.Index) -> pd.Index:
    """The names as text; the same index where they are, so that what pandas has learnt of it is kept."""
    return names if pd.api.types.is_string_dtype(names) else pd.Index(names.astype(str))


def _is_worth_it(stored: Any) -> bool:
    """Whether a matrix is large, and its first values are counts; a hundred thousand tell nearly always."""
    values = stored["data"] if hasattr(stored, "keys") else stored
    if np.prod(values.shape) < FEW_VALUES:
        return False
    values = np.asarray(values[:FIRST_VALUES] if values.ndim == 1 else values[:FEW_CELLS])
    return values.dtype.kind in "uifb" and matrix.extent(values).space == "counts"


def _pieces(stored: Any) -> Generator[Progress, None, sparse.csr_matrix]:
    """A stored matrix as CSR; one stored by cells comes in pieces, others in one."""
    kind = stored.attrs.get("encoding-type", "")
    if kind != "csr_matrix":
        yield Progress(0, 0, "Reading the counts")
        counts = ad.io.read_elem(stored)
        check_extent(matrix.extent_of(counts))
        return matrix.as_counts(counts)
    data, indices = stored["data"], stored["indices"]
    rows, columns = (int(n) for n in stored.attrs["shape"])
    pointers = np.asarray(stored["indptr"][:])
    size = int(data.shape[0])
    small = np.int32 if max(size, columns) < 2**31 else np.int64
    made = sparse.csr_matrix((rows, columns), dtype=np.float32)
    made.indptr, made.data, made.indices = pointers.astype(small), np.empty(size, np.float32), np.empty(size, small)
    for piece in _slices(data):
        values = data[piece]
        check_extent(matrix.extent(values))
        made.data[piece], made.indices[piece] = values, indices[piece]
        yield Progress(piece.stop, size, f"Reading the counts: {piece.stop / 1e6:,.0f} of {size / 1e6:,.0f} million")
    return matrix.as_counts(made)


def _slices(data: Any) -> Iterator[slice]:
    """Pieces of a stored array that end where its own chunks end, so that none is unpacked twice."""
    size = int(data.shape[0])
    chunk = int(data.chunks[0]) if getattr(data, "chunks", None) else 1
    step = max(1, VALUES_AT_ONCE // chunk) * chunk
    for start in range(0, size, step):
        yield slice(start, min(start + step, size))
