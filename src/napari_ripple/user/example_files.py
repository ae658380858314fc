"""The files of the example: those of a checkout or, in an installed package, made on demand with the same mechanism."""

from __future__ import annotations

from pathlib import Path

from napari_ripple.user import places
from ripple_core.files import write_text

CELLS = 2500
SECTION, REGION, TABLE, CHECKPOINT = "tissue.h5ad", "roi.geojson", "deg.csv", "checkpoint"
SHIPPED = Path(__file__).parents[3] / "sample_data"
VERSION = "example-1"


def tissue_file() -> Path:
    """The example tissue's file; an installed package makes it once, in the user's cache."""
    if (SHIPPED / SECTION).exists():
        return SHIPPED / SECTION
    path = made_folder() / SECTION
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
    folder = made_folder()
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


def made_folder() -> Path:
    """Where an installed package makes the example; its version is in the name."""
    return places.cache_folder() / VERSION
