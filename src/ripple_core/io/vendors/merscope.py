"""MERSCOPE's region folder: ``cell_by_gene.csv`` and ``cell_metadata.csv`` in µm, the nuclei of a middle plane below them."""

from __future__ import annotations

import re
from pathlib import Path

import anndata as ad
import numpy as np

from ripple_core.errors import DataError, sentence
from ripple_core.io import tiles
from ripple_core.io.picture import TissueImage
from ripple_core.io.vendors import layout, tables, wide_csv

AXES = ("center_x", "center_y")
BLANK = re.compile(r"blank[-_]?\d*", re.IGNORECASE)
"""Codes that no gene has, which tell how often a spot is misread."""
TO_PIXELS = "images/*micron_to_mosaic_pixel_transform.csv"
STAINS = ("DAPI", "PolyT")
PLANE = re.compile(r"_z(\d+)\.tif$")


def read(folder: Path) -> ad.AnnData:
    """Cells with counts of genes, their table in obs."""
    path = layout.needed(folder, "the table of cells", "*cell_metadata.csv")
    adata = wide_csv.read(layout.needed(folder, "the counts", "*cell_by_gene.csv"), names=1, is_control=BLANK)
    table = tables.read(path, dtype={0: str})
    key = "EntityID" if "EntityID" in table else str(table.columns[0])
    return tables.placed(adata, tables.indexed(table, key, path), AXES, path)


def images(folder: Path, name: str) -> tuple[TissueImage, ...]:
    """The nuclei in the middle plane; these files are large, so it is one."""
    transform = layout.first(folder, TO_PIXELS)
    if transform is None:
        return ()
    for kind in STAINS:
        planes = [path for path in (folder / "images").glob(f"*mosaic_{kind}_z*.tif") if PLANE.search(path.name)]
        if planes:
            planes.sort(key=lambda path: int(PLANE.search(path.name).group(1)))  # type: ignore[union-attr]
            return (tiles.stain(planes[len(planes) // 2], name, kind, np.linalg.inv(_to_pixels(transform))),)
    return ()


def _to_pixels(path: Path) -> np.ndarray:
    """The matrix (3, 3) that takes (x, y, 1) in µm to pixels."""
    try:
        matrix = np.loadtxt(path, delimiter=None)
        if matrix.shape == (3, 3) and np.linalg.matrix_rank(matrix) == 3:
            return matrix
        found = f"{path.name} with {matrix.shape} numbers"
    except (OSError, ValueError) as error:
        found = f"{path.name}, which is damaged ({error})"
    raise DataError(sentence("three rows of three numbers", found, layout.WAY_OUT))
