"""The example tissue: the files of a checkout or, in an installed package, made on demand with the same mechanism."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from napari_ripple.reader import LayerTuple, read_cells
from ripple_core.files import write_text

CELLS = 2500
SECTION, REGION, TABLE, CHECKPOINT = "tissue.h5ad", "roi.geojson", "deg.csv", "checkpoint"
SHIPPED = Path(__file__).parents[2] / "sample_data"


def ripple_tissue() -> list[LayerTuple]:
    """The example tissue as a layer of cells: made, not measured."""
    return read_cells(str(sample_folder() / SECTION))


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
