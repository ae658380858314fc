"""The parts of an AnnData on disk, in an .h5ad file or a .zarr folder, opened without reading them; SpatialData's table too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from ripple_core.errors import DataError, sentence

WAY_OUT = "Write it again with anndata's write_zarr(...)"


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The root group, with obs, var, X, obsm …; DataError for what is no such file or folder."""
    if path.suffix.lower() == ".zarr" and path.is_dir():
        yield table_of(path)
    elif path.is_file() and h5py.is_hdf5(path):
        with h5py.File(path, "r") as file:
            yield file
    else:
        found = f"{path.name}, " + ("which is of another kind" if path.exists() else "which does not exist")
        raise DataError(sentence("an .h5ad file or a .zarr folder", found, "Check the path"))


def table_of(path: Path) -> Any:
    """The group of a .zarr folder that holds the AnnData: the folder itself, or the one table of a SpatialData."""
    try:
        import zarr
    except ImportError:
        raise DataError(sentence("the package zarr", "none", "Install it: pip install zarr")) from None
    try:
        root = zarr.open_group(str(path), mode="r")
    except (OSError, ValueError, KeyError) as error:
        raise DataError(sentence("a .zarr folder", f"{path.name}, which is damaged ({error})", WAY_OUT)) from None
    if "obs" in root and "var" in root:
        return root
    tables: Any = root.get("tables", root.get("table"))
    names = [] if tables is None else sorted(name for name, _ in tables.groups())
    if len(names) == 1:
        return tables[names[0]]
    found = f"{path.name} with {'several tables: ' + ', '.join(names) if names else 'no table'}"
    raise DataError(sentence("an AnnData, or a SpatialData with one table", found, "Write the table out by itself"))
