"""The table of readers: the end of a file's name → what opens it as AnnData with raw counts."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import anndata as ad

from ripple_core.checks import expression_space
from ripple_core.errors import DataError, sentence
from ripple_core.io import gene_names

READERS = {".h5ad": "ripple_core.io.h5ad", ".zarr": "ripple_core.io.zarr"}
"""Suffix → module with ``read(path, layer) -> AnnData``, imported when the first such file is opened."""


def read(path: str | Path, layer: str | None = None) -> ad.AnnData:
    """A section, or several, from a file: raw counts in X, (x, y) in ``obsm['spatial']``, a name in ``uns['name']``.

    ``layer`` names the layer that holds the raw counts when X does not; ``"raw"`` means the file's ``.raw``. Genes
    that the file names by Ensembl id, with their symbols in a column beside, are named by symbol; ``var['gene_id']``
    keeps the ids. Positions and names are checked when the data become a :class:`~ripple_core.section.Section`.

    Raises
    ------
    DataError
        For anything that is not such a file: missing, damaged, of another kind, without counts.
    """
    file = Path(path)
    if not file.exists():
        raise DataError(sentence("a section file", f"nothing at {file}", "Check the path"))
    module = READERS.get(file.suffix.lower())
    if module is None:
        found = f"{file.name}{' (a folder)' if file.is_dir() else ''}"
        raise DataError(
            sentence(f"a file that ends in {' or '.join(READERS)}", found, "Convert it with anndata or scanpy")
        )
    adata = import_module(module).read(file, layer)
    _refuse_other_spaces(adata, layer)
    adata.uns.setdefault("name", file.stem)
    return gene_names.prefer_symbols(adata)


def _refuse_other_spaces(adata: ad.AnnData, layer: str | None) -> None:
    """Raise DataError, naming where the file keeps its counts, when X holds anything but counts."""
    where = f"layer {layer!r}" if layer else "X"
    values = adata.X.data if hasattr(adata.X, "tocsr") else adata.X
    if getattr(values, "dtype", None) is None or values.dtype.kind not in "uifb":
        raise DataError(sentence(f"raw counts in {where}", "no numbers", "Store the raw counts there"))
    space = expression_space(adata)
    if space != "counts":
        raise DataError(sentence(f"raw counts in {where}", f"{space} values", _where_counts_are(adata, layer)))


def _where_counts_are(adata: ad.AnnData, layer: str | None) -> str:
    """The way out for a file whose chosen matrix is not counts."""
    others = [
        name for name in adata.layers if name != layer and expression_space(ad.AnnData(adata.layers[name])) == "counts"
    ]
    if adata.raw is not None and layer != "raw" and expression_space(ad.AnnData(adata.raw.X)) == "counts":
        others.append("raw")
    if others:
        return f"Pass --layer {others[0]}, which holds counts"
    return "Store the raw counts in X or in a layer, and pass --layer NAME"
