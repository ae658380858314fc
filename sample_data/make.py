"""Makes everything in this folder: a small tissue with a known ripple, its edit, region and truth, and a trained checkpoint.

Run from the checkout: ``python sample_data/make.py`` (about 10 minutes on 2 cores).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import sparse

from ripple_core.files import write_text
from ripple_core.io import h5ad
from ripple_core.synthetic import World, WorldSettings, central_roi
from ripple_core.trainer import train_iter

HERE = Path(__file__).parent
WORLD = WorldSettings(genes=120, types=6, programs=2, ligands=6, responders=14)
CELLS = 2500
TRAINING_SECTIONS = 10
TRAINING_CELLS = 3000
UNSEEN_SEED = 102
STEPS = 2000
SMALLEST = 1e-3


def make_tissue(world: World) -> None:
    """An unseen section, the region in its middle, the DEG set that switches program 1 on, and the true response."""
    tissue = world.tissue(UNSEEN_SEED, CELLS)
    roi = central_roi(CELLS, WORLD, radius_um=70)
    roi.to_geojson(HERE / "roi.geojson")
    write_text(HERE / "deg.csv", world.deg_table().round(4).to_csv(index=False))
    section = world.counts(tissue, UNSEEN_SEED, "tissue")
    truth = world.truth(tissue, roi, "tissue")
    response = truth.layers["response"]
    truth.layers.clear()
    truth.layers["response"] = sparse.csr_matrix(np.where(np.abs(response) < SMALLEST, 0.0, response).round(4))
    h5ad.write(section, HERE / "tissue.h5ad")
    h5ad.write(truth, HERE / "truth.h5ad")


def make_checkpoint(world: World) -> None:
    """A small GeST-plus trained on other sections of the same world."""
    sections = [world.section(seed, TRAINING_CELLS) for seed in range(TRAINING_SECTIONS)]
    config = {"layers": 3, "heads": 8, "dim": 96, "max_cells": 192, "meta_cells": 320}
    for progress in train_iter(
        sections, out=HERE / "checkpoint", config=config, steps=STEPS, max_minutes=60, device="cpu"
    ):
        if progress.partial is not None:
            print(progress.message, flush=True)


if __name__ == "__main__":
    world = World(seed=1, settings=WORLD)
    make_tissue(world)
    make_checkpoint(world)
