"""The example tissue in napari's menu of samples."""

from __future__ import annotations

import napari
from napari.layers import Points

from napari_ripple.user.example_files import tissue_file
from napari_ripple.window import is_in_use
from napari_ripple.work.arriving import LayerTuple, arriving


def ripple_tissue() -> list[LayerTuple]:
    """The example tissue as a layer of cells: made, not measured.

    In a window that is in use it comes in two steps: an empty layer at once, the cells when another thread has read
    them or, in an installed package, made them. A script gets the cells at once.
    """
    viewer = napari.current_viewer()
    if viewer is None or not is_in_use():
        return [read_tissue()]
    return [arriving(viewer, "Ripple tissue (being read)", tissue_layer)]


def read_tissue() -> LayerTuple:
    """The example tissue, read on any thread; it loads what reads tables with it, which takes a second or two."""
    from napari_ripple.work.cells_file import read_cells

    return read_cells(tissue_file())


def tissue_layer() -> Points:
    """The same as a layer that our own shader draws."""
    from napari_ripple.work.cells_file import first_cells

    return first_cells(tissue_file())
