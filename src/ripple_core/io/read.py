"""The table of readers: the end of a file's name, or what lies in a folder → what opens it as AnnData with raw counts."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import anndata as ad

from ripple_core.checks import expression_space
from ripple_core.errors import DataError, sentence
from ripple_core.io import gene_names, store, vendors

READERS = {".h5ad": "ripple_core.io.h5ad", ".zarr": "ripple_core.io.zarr"}
"""Suffix → module with ``read(path, layer) -> AnnData``, imported when the first such file is opened."""


def read(path: str | Path, layer: str | None = None) -> ad.AnnData:
    """A section, or several, from a file or a vendor's folder: raw counts in X, (x, y) in ``obsm['spatial']``, a name in ``uns['name']``.

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
    adata = _read(file, layer)
    _refuse_other_spaces(adata, layer)
    adata.uns.setdefault("name", file.stem)
    return gene_names.prefer_symbols(adata)


def content(path: str | Path) -> list[Path]:
    """The files that a section comes from: the file, or a folder's, but for pictures and what else a vendor leaves there."""
    place = Path(path)
    tables = store.table_paths(place)
    if len(tables) == 1:
        place = tables[0]
    of_vendor = vendors.content(place)
    if of_vendor is not None:
        return of_vendor
    return sorted(place.rglob("*")) if place.is_dir() else [place]


def _read(file: Path, layer: str | None) -> ad.AnnData:
    """By the end of the name, or by what lies in the folder."""
    module = READERS.get(".zarr" if store.is_zarr(file) else file.suffix.lower())
    if module is not None:
        return import_module(module).read(file, layer)
    adata = vendors.read(file, layer)
    if adata is None:
        expected = f"a file that ends in {' or '.join(READERS)}, or a folder of {vendors.titles()}"
        found = f"{file.resolve().name} (a folder)" if file.is_dir() else file.name
        raise DataError(sentence(expected, found, "Convert it with anndata, scanpy or spatialdata-io"))
    return adata


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
