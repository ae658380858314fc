"""Xenium's output folder: cells and counts in µm, and below them the stains of ``morphology_focus`` and a stained slide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np

from ripple_core.errors import DataError, sentence
from ripple_core.files import read_json
from ripple_core.io import picture, tiles
from ripple_core.io.picture import TissueImage
from ripple_core.io.vendors import feature_matrix, layout, tables

UM_PER_PIXEL = 0.2125
"""Of every instrument so far; ``experiment.xenium`` says it too."""
AXES = ("x_centroid", "y_centroid")
STAINS = ("DAPI", "boundary (ATP1A1, CD45, E-cadherin)", "interior RNA (18S)", "interior protein (αSMA, vimentin)")
"""What the files 0000 to 0003 of ``morphology_focus`` show, up to version 3; later ones have it in their names."""
MATRIX, AGAIN = "three lines of three numbers that lay the stained slide upon the cells", "Export the alignment again"
SMALLEST = 1e-12
CELLS = ("cells.parquet", "cells.csv.gz", "cells.csv")


def read(folder: Path) -> ad.AnnData:
    """Cells with counts of genes, their table in obs, and the instrument's own clusters as ``cluster``."""
    return feature_matrix.filled(cells(folder), matrix(folder))


def matrix(folder: Path) -> Path:
    """The file of the counts."""
    return layout.needed(folder, "the counts", "cell_feature_matrix.h5")


def cells(folder: Path) -> ad.AnnData:
    """The same without counts, which knows where in the matrix they are."""
    adata, path = feature_matrix.frame(matrix(folder)), cells_table(folder)
    adata = tables.placed(adata, tables.indexed(tables.read(path), "cell_id", path), AXES, path)
    experiment = _experiment(folder)
    if experiment.get("region_name"):
        adata.uns["name"] = str(experiment["region_name"])
    return tables.with_clusters(adata, folder)


def cells_table(folder: Path) -> Path:
    """The table of cells: Parquet where it can be read, else the same as CSV."""
    has_parquet = tables.can_parquet() or layout.first(folder, *CELLS[1:]) is None
    return layout.needed(folder, "the table of cells", *(CELLS if has_parquet else CELLS[1:]))


def images(folder: Path, name: str) -> tuple[TissueImage, ...]:
    """The stained slide, where it was laid upon the cells, and the stains in focus; the first of all is shown, the others wait hidden."""
    to_um = picture.scaling(float(_experiment(folder).get("pixel_size", UM_PER_PIXEL)))
    stained = _stained(folder, name, to_um)
    shown = 0 if not stained else None
    paths = sorted(path for path in (folder / "morphology_focus").glob("*.ome.tif") if not path.name.startswith("._"))
    single = layout.first(folder, "morphology_focus.ome.tif", "morphology_mip.ome.tif")
    if not paths and single is not None:
        paths = [single]
    stains = (tiles.stain(path, name, _shows(path, n), to_um, is_shown=n == shown) for n, path in enumerate(paths))
    return (*stained, *stains)


def _stained(folder: Path, name: str, to_um: np.ndarray) -> tuple[TissueImage, ...]:
    """The slide that was stained (H&E) after the run, laid upon the cells by Xenium Explorer; none without its matrix.

    ``…he_imagealignment.csv`` takes the slide's pixels to those of ``morphology_focus``.
    """
    path = layout.first(folder, "*he_image.ome.tif")
    if path is None:
        return ()
    aligned = path.with_name(path.name.removesuffix(".ome.tif") + "alignment.csv")
    return (tiles.slide(path, name, "H&E", to_um @ _matrix(aligned)),) if aligned.is_file() else ()


def _matrix(path: Path) -> np.ndarray:
    """The matrix (3, 3) of a file of three lines with three numbers each; DataError for another."""
    try:
        found = np.loadtxt(path, delimiter=",", ndmin=2)
    except (OSError, ValueError) as error:
        raise DataError(sentence(MATRIX, f"{path.name}, which cannot be read ({error})", AGAIN)) from None
    if found.shape != (3, 3) or not np.isfinite(found).all() or abs(np.linalg.det(found)) < SMALLEST:
        raise DataError(sentence(MATRIX, f"{path.name} with {found.shape[0]} × {found.shape[1]} numbers", AGAIN))
    return found


def _shows(path: Path, number: int) -> str:
    """What a file's stain is: ``ch0001_atp1a1_cd45.ome.tif`` says it, ``morphology_focus_0001.ome.tif`` does not."""
    start, _, rest = path.name.removesuffix(".ome.tif").partition("_")
    if start.startswith("ch") and start[2:].isdigit() and rest:
        return "DAPI" if rest.casefold() == "dapi" else rest.replace("_", " ")
    return STAINS[number] if number < len(STAINS) else f"stain {number}"


def _experiment(folder: Path) -> dict[str, Any]:
    path = folder / "experiment.xenium"
    content = read_json(path, "Xenium's experiment in JSON", layout.WAY_OUT) if path.exists() else {}
    return content if isinstance(content, dict) else {}
