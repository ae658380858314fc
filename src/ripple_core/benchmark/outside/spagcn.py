"""SpaGCN (Hu et al., Nature Methods 2021): a graph convolution over cells, the nearer the more, trained to fall into groups."""

from __future__ import annotations

import contextlib
import io
import random

import numpy as np

from ripple_core.benchmark.outside.cells import log_normalised
from ripple_core.section import Section

FEWEST_CELLS = 3
SURROUNDING = 0.5
"""How much all other cells count beside the cell itself; it sets the length over which they do."""
COMPONENTS = 50
TRAINING = {"tol": 5e-3, "lr": 0.05, "max_epochs": 200}
"""These: as the package's own easy mode has them."""


def group(section: Section, count: int, seed: int) -> np.ndarray:
    """A group for each cell (cells,), about so many of them, without an image of the tissue.

    Groups start from K-means, which takes their number. Its other start, Louvain, searches for a resolution, which its version
    1.2.7 does only for 50 genes and more. Memory grows with the square of the number of cells.
    """
    import SpaGCN as outside
    import torch

    cells = log_normalised(section, float(np.median(section.library_size)))
    cells = cells[:, np.asarray((section.counts > 0).sum(axis=0)).ravel() >= FEWEST_CELLS].copy()
    cells.X = cells.X.toarray()
    with contextlib.redirect_stdout(io.StringIO()):
        x, y = section.xy_um.T.tolist()
        distance = outside.calculate_adj_matrix(x=x, y=y, histology=False)
        model = outside.SpaGCN()
        model.set_l(outside.search_l(SURROUNDING, distance))
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        torch.manual_seed(seed)
        components = min(COMPONENTS, cells.n_vars - 1)
        model.train(cells, distance, init="kmeans", n_clusters=count, num_pcs=components, **TRAINING)
        return np.unique(model.predict()[0], return_inverse=True)[1]
