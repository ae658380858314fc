"""Xenium's output folder: cells and counts in µm, and the stains of ``morphology_focus`` below them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anndata as ad

from ripple_core.files import read_json
from ripple_core.io import picture, tiles
from ripple_core.io.picture import TissueImage
from ripple_core.io.vendors import feature_matrix, layout, tables

UM_PER_PIXEL = 0.2125
"""Of every instrument so far; ``experiment.xenium`` says it too."""
AXES = ("x_centroid", "y_centroid")
STAINS = ("DAPI", "boundary (ATP1A1, CD45, E-cadherin)", "interior RNA (18S)", "interior protein (αSMA, vimentin)")
"""What the files 0000 to 0003 of ``morphology_focus`` show, up to version 3; later ones have it in their names."""
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
    """The stains in focus, of which the first, DAPI, is shown and the others wait hidden."""
    to_um = picture.scaling(float(_experiment(folder).get("pixel_size", UM_PER_PIXEL)))
    paths = sorted(path for path in (folder / "morphology_focus").glob("*.ome.tif") if not path.name.startswith("._"))
    single = layout.first(folder, "morphology_focus.ome.tif", "morphology_mip.ome.tif")
    if not paths and single is not None:
        paths = [single]
    return tuple(
        tiles.stain(path, name, _shows(path, number), to_um, is_shown=number == 0) for number, path in enumerate(paths)
    )


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
