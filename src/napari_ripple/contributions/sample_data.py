"""The example tissue: the files of a checkout or, in an installed package, made on demand with the same mechanism."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import napari
from napari.layers import Points

from napari_ripple.window import is_in_use
from napari_ripple.work.arriving import LayerTuple, arriving
from ripple_core.files import write_text

CELLS = 2500
SECTION, REGION, TABLE, CHECKPOINT = "tissue.h5ad", "roi.geojson", "deg.csv", "checkpoint"
SHIPPED = Path(__file__).parents[3] / "sample_data"


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


def tissue_file() -> Path:
    """The example tissue's file; an installed package makes it once, in the user's cache."""
    if (SHIPPED / SECTION).exists():
        return SHIPPED / SECTION
    path = cache_folder() / SECTION
    if not path.exists():
        from ripple_core import synthetic
        from ripple_core.io import h5ad

        h5ad.write(synthetic.World().section(0, CELLS, "tissue"), path)
    return path


def sample_folder() -> Path:
    """A folder with tissue.h5ad, roi.geojson, deg.csv and checkpoint/.

    In a checkout it is sample_data, with a trained model. An installed package makes it once in the user's cache, where
    the model is the nearest-neighbour baseline, which needs no training worth the name.
    """
    if all((SHIPPED / name).exists() for name in (SECTION, REGION, TABLE, CHECKPOINT)):
        return SHIPPED
    folder = cache_folder()
    if not (folder / CHECKPOINT).exists():
        make_sample(folder)
    return folder


def make_sample(folder: Path) -> None:
    """Write the example into a folder; the checkpoint comes last, so that a half-made folder is made again."""
    from ripple_core import synthetic, train
    from ripple_core.io import h5ad

    world = synthetic.World()
    sections = [world.section(seed, CELLS, name) for seed, name in enumerate(("tissue", "other"))]
    h5ad.write(sections[0], folder / SECTION)
    synthetic.central_roi(CELLS, world.settings).to_geojson(folder / REGION)
    write_text(folder / TABLE, world.deg_table().to_csv(index=False))
    train(sections, model="knn").save(folder / CHECKPOINT)


def cache_folder() -> Path:
    """Where this user's caches lie, with the version of the example in its name."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "napari-ripple" / "example-1"
