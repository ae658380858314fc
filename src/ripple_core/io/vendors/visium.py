"""Space Ranger's ``outs``, of Visium and of Visium HD's square bins: spots with counts in µm, the stained slide below them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core import positions
from ripple_core.errors import DataError, sentence
from ripple_core.files import read_json
from ripple_core.io import picture
from ripple_core.io.picture import TissueImage
from ripple_core.io.vendors import feature_matrix, layout, tables

POSITIONS = ("tissue_positions.csv", "tissue_positions_list.csv", "tissue_positions.parquet")
COLUMNS = ("barcode", "in_tissue", "array_row", "array_col", "pxl_row_in_fullres", "pxl_col_in_fullres")
"""Of a table of positions; the oldest, ``tissue_positions_list.csv``, has them without a first line."""
AXES = ("pxl_col_in_fullres", "pxl_row_in_fullres")
SPOT_UM = 65.0
"""What ``spot_diameter_fullres`` stands for, as Space Ranger documents it; the printed spots themselves measure 55."""
KINDS = ("hires", "lowres")


def read(folder: Path) -> ad.AnnData:
    """Spots, or bins, under the tissue, with counts of genes and Space Ranger's own clusters as ``cluster``."""
    return feature_matrix.filled(cells(folder), matrix(folder))


def matrix(folder: Path) -> Path:
    """The file of the counts."""
    return layout.needed(folder, "the counts", "*filtered_feature_bc_matrix.h5", "*raw_feature_bc_matrix.h5")


def cells(folder: Path) -> ad.AnnData:
    """The same without counts, which knows where in the matrix they are."""
    spots, path = _positions(folder)
    adata = tables.placed(feature_matrix.frame(matrix(folder)), spots, AXES, path)
    under = (adata.obs["in_tissue"] == 1).to_numpy()
    if not under.any():
        raise DataError(sentence("spots under the tissue", f"none in {path.name}", "Run Space Ranger again"))
    if not under.all():
        tables.note(adata, f"{int((~under).sum()):,} spots beside the tissue were left out.")
        adata = adata[under].copy()
    adata.obsm["spatial"] = adata.obsm["spatial"] * um_per_pixel(_factors(folder), spots)
    return tables.with_clusters(adata, folder)


def images(folder: Path, name: str) -> tuple[TissueImage, ...]:
    """The stained slide, in the larger of the two copies that Space Ranger makes."""
    factors = _factors(folder)
    for kind in KINDS:
        path, factor = layout.first(folder, f"spatial/tissue_{kind}_image.png"), factors.get(f"tissue_{kind}_scalef")
        if path is not None and factor:
            to_um = picture.scaling(um_per_pixel(factors, _positions(folder)[0]) / float(factor))
            return (TissueImage(name, kind, _pixels(path), to_um),)
    return ()


def um_per_pixel(factors: dict[str, Any], spots: pd.DataFrame) -> float:
    """Side of a pixel of the full image in µm: as the file says, else from the lattice of spots, else from a spot's size."""
    if factors.get("microns_per_pixel"):
        return float(factors["microns_per_pixel"])
    of_lattice = positions.um_per_unit(
        spots[list(positions.LATTICE)].to_numpy(float), spots[list(AXES)].to_numpy(float)
    )
    if of_lattice is not None:
        return of_lattice
    if factors.get("spot_diameter_fullres"):
        return SPOT_UM / float(factors["spot_diameter_fullres"])
    raise DataError(
        sentence("the size of a pixel in scalefactors_json.json", ", ".join(factors) or "nothing", layout.WAY_OUT)
    )


def _positions(folder: Path) -> tuple[pd.DataFrame, Path]:
    """Every spot of the slide by its barcode, and where that was read."""
    path = layout.needed(folder, "positions of the spots", *(f"spatial/{name}" for name in POSITIONS))
    is_bare = path.suffix == ".csv" and not _first_line(path).startswith(COLUMNS[0])
    table = tables.read(path, header=None, names=list(COLUMNS)) if is_bare else tables.read(path)
    tables.columns(table, COLUMNS, path)
    return tables.indexed(table, COLUMNS[0], path), path


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline()


def _factors(folder: Path) -> dict[str, Any]:
    path = layout.needed(folder, "the scale of the image", "spatial/scalefactors_json.json")
    factors = read_json(path, "scale factors in JSON", layout.WAY_OUT)
    return factors if isinstance(factors, dict) else {}


def _pixels(path: Path) -> np.ndarray:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        found = f"{path.name}, which cannot be shown ({error})"
        raise DataError(sentence("a picture of the tissue", found, "Copy the file again")) from None
