"""CellCharter (Varrone et al., Nature Genetics 2024): scVI components of a cell and of three rings of neighbours, grouped as Gaussians."""

from __future__ import annotations

import logging

import numpy as np

from ripple_core.benchmark.outside.cells import counted
from ripple_core.section import Section

RINGS = 3
BATCH, STEPS, MOST_EPOCHS = 128, 8000, 400
"""scvi-tools by itself makes 400 epochs of up to 20,000 cells; at most 8,000 steps are made here, all of them up to 2,500 cells."""


def group(section: Section, count: int, seed: int) -> np.ndarray:
    """A group for each cell (cells,), as many as asked for at most; a cell without a single count joins the first."""
    import cellcharter as outside
    import scvi
    import squidpy

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    scvi.settings.verbosity = logging.ERROR
    scvi.settings.seed = seed
    cells = counted(section)
    cells.obsm["spatial"] = section.xy_um
    expressed = section.library_size > 0
    cells = cells[expressed].copy()
    scvi.model.SCVI.setup_anndata(cells)
    model = scvi.model.SCVI(cells)
    epochs = min(MOST_EPOCHS, max(1, STEPS * BATCH // cells.n_obs))
    quiet = {"accelerator": "cpu", "enable_progress_bar": False}
    model.train(max_epochs=epochs, batch_size=BATCH, **quiet)
    cells.obsm["components"] = model.get_latent_representation().astype(np.float32)
    squidpy.gr.spatial_neighbors(cells, coord_type="generic", delaunay=True, spatial_key="spatial")
    outside.gr.remove_long_links(cells)
    outside.gr.aggregate_neighbors(cells, n_layers=RINGS, use_rep="components", out_key="around")
    mixture = outside.tl.Cluster(n_clusters=count, random_state=seed, trainer_params=quiet)
    mixture.fit(cells, use_rep="around")
    found = np.zeros(len(section), dtype=np.int64)
    found[expressed] = np.asarray(mixture.predict(cells, use_rep="around")).astype(np.int64)
    return np.unique(found, return_inverse=True)[1]
