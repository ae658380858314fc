"""The parts of an AnnData on disk, in an .h5ad file or a .zarr folder, opened without reading them; SpatialData's table too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from ripple_core.errors import DataError, sentence

WAY_OUT = "Write it again with anndata's write_zarr(...)"
NO_TABLE = "Add a table of its cells to it, with counts"
ROOMS = ("tables", "table")
"""Where a SpatialData keeps its tables; the second name is that of the oldest ones."""
MARKS = ("zarr.json", ".zgroup")


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The root group, with obs, var, X, obsm …; DataError for what is no such file or folder."""
    if is_zarr(path):
        yield table_of(path)
    elif path.is_file() and h5py.is_hdf5(path):
        with h5py.File(path, "r") as file:
            yield file
    else:
        found = f"{path.name}, " + ("which is of another kind" if path.exists() else "which does not exist")
        raise DataError(sentence("an .h5ad file or a .zarr folder", found, "Check the path"))


def is_zarr(path: Path) -> bool:
    """Whether a path is a store: a folder that is named so, or one that says so, as a table inside a store does."""
    return path.is_dir() and (path.suffix.lower() == ".zarr" or any((path / mark).is_file() for mark in MARKS))


def name_of(path: Path) -> str:
    """How a file or a store is called, or a table of one: the store's name before its own."""
    return f"{path.parent.parent.stem} {path.name}" if path.parent.name in ROOMS else path.stem


def table_of(path: Path) -> Any:
    """The group of a store that holds the AnnData: the folder itself, or the one table of a SpatialData."""
    root = _group(path)
    if "obs" in root and "var" in root:
        return root
    places = table_paths(path)
    if len(places) == 1:
        return root[f"{places[0].parent.name}/{places[0].name}"]
    if not places:
        raise DataError(sentence("an AnnData, or a SpatialData with a table", f"{path.name} with no table", NO_TABLE))
    found = f"{path.name} with {len(places)} tables: {', '.join(place.name for place in places)}"
    way_out = f"Open one of them: {' or '.join(str(place.relative_to(path.parent)) for place in places)}"
    raise DataError(sentence("an AnnData, or a SpatialData with one table", found, way_out))


def table_paths(path: Path) -> list[Path]:
    """The tables of a SpatialData as folders of their own, each of which can be opened; none for anything else."""
    room = next((path / name for name in ROOMS if (path / name).is_dir()), None)
    if room is None or (path / "obs").is_dir():
        return []
    return sorted(place for place in room.iterdir() if (place / "obs").is_dir())


def whole_of(path: Path) -> Any:
    """The SpatialData that a path is, or that a table belongs to."""
    return _group(path.parent.parent if path.parent.name in ROOMS and is_zarr(path.parent.parent) else path)


def _group(path: Path) -> Any:
    try:
        import zarr
    except ImportError:
        raise DataError(sentence("the package zarr", "none", "Install it: pip install zarr")) from None
    try:
        return zarr.open_group(str(path), mode="r")
    except (OSError, ValueError, KeyError) as error:
        raise DataError(sentence("a .zarr folder", f"{path.name}, which is damaged ({error})", WAY_OUT)) from None
