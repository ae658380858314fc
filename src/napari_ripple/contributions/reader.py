"""What napari asks for when a section is dropped or opened: its cells, which do not keep the window waiting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import napari
from napari.layers import Points

from napari_ripple.window import is_in_use
from napari_ripple.work.arriving import LayerTuple, arriving
from napari_ripple.work.which_table import which_table
from ripple_core.io import store, vendors

SUFFIX, TABLES = ".h5ad", ("obs", "tables", "table")


def get_reader(path: str | Sequence[str]) -> Callable[[str | Sequence[str]], list[Any]] | None:
    """The reader for a path, or for several; None for other files and folders."""
    return open_cells if all(map(_may_hold_cells, _paths(path))) else None


def _may_hold_cells(path: str) -> bool:
    """An .h5ad file, a store with the tables of an AnnData in it, or a vendor's folder; others are for other readers."""
    place = Path(path)
    if place.is_dir() and any((place / name).is_dir() for name in TABLES):
        return store.is_zarr(place)
    return path.lower().endswith(SUFFIX) or vendors.find(place) is not None


def open_cells(path: str | Sequence[str]) -> list[Any]:
    """The first section of each file as points in µm, coloured by cell type.

    A script gets the cells, or a DataError, at once. In a window that is in use each file is an empty layer at first,
    which its cells replace when another thread has read them.
    """
    viewer = napari.current_viewer()
    if viewer is None or not is_in_use():
        return [_read(one) for one in _paths(path)]
    chosen = [table for one in _paths(path) if (table := which_table(one)) is not None]
    return [arriving(viewer, f"{Path(one).name} (being read)", partial(_look, one)) for one in chosen] or [(None,)]


def _read(path: str) -> LayerTuple:
    """Read a file on any thread; what reads tables is loaded with the first one, which takes a second or two."""
    from napari_ripple.work.cells_file import read_cells

    return read_cells(path)


def _look(path: str) -> Points:
    """The same as far as it takes to see the cells."""
    from napari_ripple.work.cells_file import first_cells

    return first_cells(path)


def _paths(path: str | Sequence[str]) -> list[str]:
    return [str(path)] if isinstance(path, str | Path) else [str(one) for one in path]
