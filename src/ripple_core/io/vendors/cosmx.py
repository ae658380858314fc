"""CosMx's flat files (``…_exprMat_file.csv`` and ``…_metadata_file.csv``): cells with counts, their pixels turned into µm."""

from __future__ import annotations

import re
from pathlib import Path

import anndata as ad

from ripple_core.io.picture import TissueImage
from ripple_core.io.vendors import fields, layout, tables, wide_csv

UM_PER_PIXEL = 0.120280945
"""Of the instruments on sale; the flat files do not say it, and the first public sections, of a trial instrument, had 0.18."""
AXES = ("CenterX_global_px", "CenterY_global_px")
LOCAL = ("CenterX_local_px", "CenterY_local_px")
METADATA = ("*metadata_file.csv", "*metadata_file.csv.gz")
COMPOSITES = "CellComposite/*_F*.jpg"
CONTROL = re.compile(r"(NegPrb|Negative|SystemControl|FalseCode|Custom_?Neg)", re.IGNORECASE)
KEYS = ("fov", "cell_ID")


def read(folder: Path) -> ad.AnnData:
    """Cells with counts of genes, their table in obs, named ``fov_cell``; what lies in no cell (0) is left out."""
    path = layout.needed(folder, "the table of cells", *METADATA)
    counts = layout.needed(folder, "the counts", "*exprMat_file.csv", "*exprMat_file.csv.gz")
    table = tables.read(path, dtype=dict.fromkeys(KEYS, str))
    tables.columns(table, KEYS, path)
    table.index = (table["fov"] + "_" + table["cell_ID"]).to_numpy(dtype=object)
    adata = wide_csv.read(counts, names=len(KEYS), is_control=CONTROL)
    adata = adata[~adata.obs_names.str.endswith("_0")].copy()
    adata = tables.placed(adata, table.drop(columns="cell_ID"), AXES, path)
    adata.obsm["spatial"] = adata.obsm["spatial"] * UM_PER_PIXEL
    tables.note(
        adata, f"Positions are pixels of {UM_PER_PIXEL:.5f} µm, as CosMx instruments have; the files do not say it."
    )
    return adata


def images(folder: Path, name: str) -> tuple[TissueImage, ...]:
    """The stains in false colours, of all fields of view together: each lies where the table of cells says that its cells lie."""
    pictures = fields.by_number(folder.glob(COMPOSITES))
    if not pictures:
        return ()
    path = layout.needed(folder, "the table of cells", *METADATA)
    table = tables.read(path, dtype={"fov": str}, usecols=lambda column: column in ("fov", *LOCAL, *AXES))
    if not {"fov", *LOCAL} <= {*table.columns}:
        return ()
    return fields.joined(pictures, fields.laid(table, "fov", LOCAL, AXES), name, "composite", UM_PER_PIXEL)
