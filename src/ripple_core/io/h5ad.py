"""AnnData's own file, .h5ad: opened whole, with plain words for what a damaged or foreign one lacks."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from pathlib import Path

import anndata as ad
import h5py

from ripple_core.errors import DataError, sentence
from ripple_core.files import replacing

WAY_OUT = "Write the file again with adata.write_h5ad(...)"


def read(path: Path, layer: str | None = None) -> ad.AnnData:
    """The file as AnnData in memory, X taken from ``layer`` if one is named.

    Nothing in the file is executed: objects that are not arrays, tables or text are refused by h5py and anndata.
    """
    _check_layout(path)
    return with_counts(_load(path), layer, path)


def with_counts(adata: ad.AnnData, layer: str | None, path: Path) -> ad.AnnData:
    """The same data with X taken from ``layer`` if one is named; DataError where there is nothing to take."""
    if layer is not None:
        adata = _with_layer(adata, layer, path)
    if adata.X is None:
        raise DataError(
            sentence("counts in X", f"no X in {path.name} ({_choices(adata)})", "Pass --layer NAME or fill X")
        )
    return adata


def columns(path: Path) -> list[str]:
    """The names of the columns of obs, without reading the rest; DataError for what is no such file."""
    _check_layout(path)
    with h5py.File(path, "r") as file:
        table = file["obs"]
        named = table.attrs.get("column-order")
        index = table.attrs.get("_index", "_index")
        names = list(table) if named is None else list(named)
    return [str(name) for name in names if name not in (index, "__categories")]


def _check_layout(path: Path) -> None:
    """Raise DataError unless the file is a complete HDF5 file with the tables of an AnnData."""
    if not Path(path).exists():
        raise DataError(sentence("an .h5ad file", f"nothing at {path}", "Check the path"))
    try:
        with h5py.File(path, "r") as file:
            lacking = [name for name in ("obs", "var") if name not in file]
    except OSError as error:
        raise DataError(
            sentence("an .h5ad file", f"{path.name}, {_what_is_wrong(path, error)}", "Copy or download it again")
        ) from None
    if lacking:
        raise DataError(
            sentence("an AnnData file", f"{path.name}, an HDF5 file without {' and '.join(lacking)}", WAY_OUT)
        )


def _what_is_wrong(path: Path, error: OSError) -> str:
    if path.is_dir():
        return "a folder"
    if path.stat().st_size == 0:
        return "an empty file"
    if isinstance(error, PermissionError):
        return "which may not be read"
    if "truncated" in str(error):
        return "which is cut off"
    return "which is of another kind" if not h5py.is_hdf5(path) else "which is damaged"


def _load(path: Path) -> ad.AnnData:
    """All that is in the file; repeated names are reported later, by the section's own check, not as a warning."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ad.read_h5ad(path)
    except MemoryError:
        raise DataError(
            sentence("room in memory for the section", f"too little for {path.name}", "Choose a smaller file")
        ) from None
    except Exception as error:  # a damaged file may fail in any part of h5py and anndata
        reason = str(error).strip().splitlines()
        raise DataError(
            sentence(
                "a whole .h5ad file", f"{path.name}, which is damaged ({(reason or ['no reason given'])[0]})", WAY_OUT
            )
        ) from None


def _with_layer(adata: ad.AnnData, layer: str, path: Path) -> ad.AnnData:
    """The same data with X taken from a layer, or from ``.raw``, which may have more genes."""
    if layer in adata.layers:
        adata.X = adata.layers[layer]
        return adata
    if layer == "raw" and adata.raw is not None:
        return adata.raw.to_adata()
    raise DataError(
        sentence(f"a layer {layer!r} in {path.name}", _choices(adata), "Pass one of these with --layer, or none for X")
    )


def _choices(adata: ad.AnnData) -> str:
    names = [*adata.layers, *(["raw"] if adata.raw is not None else [])]
    return f"layers {', '.join(map(repr, names))}" if names else "no layers"


def require(adata: ad.AnnData, what: str, *, layers: Sequence[str] = (), obs: Sequence[str] = ()) -> ad.AnnData:
    """The same data, if it has these layers and columns of obs; else DataError, since it is not ``what``."""
    lacking = [f"layer {name!r}" for name in layers if name not in adata.layers]
    lacking += [f"column {name!r} of obs" for name in obs if name not in adata.obs]
    if lacking:
        raise DataError(sentence(what, f"a file without {', '.join(lacking)}", "Pass another file"))
    return adata


def write(adata: ad.AnnData, path: str | Path) -> None:
    """Write AnnData as .h5ad, whole or not at all.

    The file is put together in memory and written in one go: HDF5 itself, on a full disk, ends the whole process.
    """
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        ad.io.write_elem(file, "/", adata, dataset_kwargs={"compression": "gzip"})
    with replacing(path) as temporary:
        temporary.write_bytes(content.getbuffer())
