"""Folders as instruments and their pipelines leave them: which vendor's one is, and what reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ripple_core.errors import DataError, sentence
from ripple_core.io.vendors import layout

if TYPE_CHECKING:
    import anndata as ad

    from ripple_core.io.picture import TissueImage

NO_LAYERS = "Leave --layer out: such a folder holds counts only"


@dataclass(frozen=True)
class Vendor:
    """One kind of folder.

    Parameters
    ----------
    title
        As users call it.
    module
        What reads it: ``read(folder) -> AnnData`` and ``images(folder, name) -> tuple of TissueImage``; of large matrices
        in HDF5 also ``cells(folder) -> AnnData`` without counts, and ``matrix(folder)``, the file of these.
    marks
        Files, as patterns, of which one tells the folder; opened by themselves they stand for their folder.
    beside
        The other files, as patterns, that cells come from; pictures are no part of them.
    """

    title: str
    module: str
    marks: tuple[str, ...]
    beside: tuple[str, ...]

    def read(self, folder: Path) -> ad.AnnData:
        """Counts in X, (x, y) in µm, control probes left out."""
        function: Callable[[Path], ad.AnnData] = import_module(self.module).read
        return function(folder)

    def images(self, folder: Path, name: str) -> tuple[TissueImage, ...]:
        """The pictures of the tissue, of the section ``name``, not read yet."""
        function: Callable[[Path, str], tuple[TissueImage, ...]] = import_module(self.module).images
        return function(folder, name)


ROOM = "ripple_core.io.vendors"
SPATIAL = (
    "spatial/tissue_positions*",
    "spatial/scalefactors_json.json",
    "analysis/clustering/*graphclust/clusters.csv",
)
VENDORS = (
    Vendor(
        "Xenium",
        f"{ROOM}.xenium",
        ("experiment.xenium", "cell_feature_matrix.h5"),
        ("cells.csv*", "cells.parquet", "analysis/clustering/*graphclust/clusters.csv"),
    ),
    Vendor("Visium", f"{ROOM}.visium", ("*filtered_feature_bc_matrix.h5", "*raw_feature_bc_matrix.h5"), SPATIAL),
    Vendor("MERSCOPE", f"{ROOM}.merscope", ("*cell_by_gene.csv",), ("*cell_metadata.csv",)),
    Vendor("CosMx", f"{ROOM}.cosmx", ("*exprMat_file.csv", "*exprMat_file.csv.gz"), ("*metadata_file.csv*",)),
)
"""In the order in which a folder is asked; ``docs/extend.md`` says how to add one."""


def find(path: Path) -> tuple[Vendor, Path] | None:
    """The vendor and the folder that a path means: the folder, its ``outs``, or the folder of a file that tells it."""
    if path.is_file():
        vendor = next((one for one in VENDORS if any(path.match(mark) for mark in one.marks)), None)
        return None if vendor is None else (vendor, path.parent)
    if not path.is_dir():
        return None
    for folder in (path, *(path / name for name in layout.INSIDE)):
        for vendor in VENDORS:
            if layout.first(folder, *vendor.marks) is not None:
                return vendor, folder
    return None


def content(path: Path) -> list[Path] | None:
    """The files of a vendor's folder that cells come from; None for other paths."""
    found = find(path)
    if found is None:
        return None
    vendor, folder = found
    return sorted({file for pattern in (*vendor.marks, *vendor.beside) for file in folder.glob(pattern)})


def read(path: Path, layer: str | None = None) -> ad.AnnData | None:
    """What a vendor's folder holds; None for other paths, and DataError for a folder that lacks something."""
    found = find(path)
    if found is None:
        return None
    vendor, folder = found
    if layer is not None:
        raise DataError(sentence("counts as the instrument gives them", f"layer {layer!r} asked for", NO_LAYERS))
    return _named(vendor.read(folder), vendor, folder)


def look(path: Path) -> tuple[ad.AnnData, Path] | None:
    """The cells of a vendor's folder without their counts, and the matrix of these; None where it has to be read whole."""
    found = find(path)
    if found is None:
        return None
    vendor, folder = found
    module = import_module(vendor.module)
    if not hasattr(module, "cells"):
        return None
    return _named(module.cells(folder), vendor, folder), module.matrix(folder)


def _named(adata: ad.AnnData, vendor: Vendor, folder: Path) -> ad.AnnData:
    """The same with what a folder says of itself."""
    adata.uns.setdefault("name", layout.name_of(folder))
    adata.uns["spatial_unit"] = "micrometre"
    adata.uns["source"] = f"{vendor.title} folder"
    return adata


def titles() -> str:
    """The vendors in words."""
    return ", ".join(vendor.title for vendor in VENDORS[:-1]) + f" or {VENDORS[-1].title}"
