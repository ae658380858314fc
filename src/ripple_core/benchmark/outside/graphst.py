"""GraphST (Long et al., Nature Communications 2023): graph self-supervised contrastive learning of places."""

from __future__ import annotations

import contextlib
import io

import numpy as np
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture

from ripple_core.benchmark.outside.cells import log_normalised
from ripple_core.section import Section

COUNTS_PER_CELL, MOST = 10_000.0, 10.0
COMPONENTS, STARTS = 20, 10
"""The counts, the cut and the components: as the package has them."""


def group(section: Section, count: int, seed: int) -> np.ndarray:
    """A group for each cell (cells,), as many as asked for.

    The package groups its components by mclust of R, Gaussians of one shape (EEE); here the same mixture of scikit-learn does it. All
    genes enter: its own choice of 3,000 variable ones is meant for whole transcriptomes. Memory grows with the square
    of the number of cells.
    """
    import torch
    from GraphST import GraphST

    cells = log_normalised(section, COUNTS_PER_CELL)
    spread = np.sqrt(cells.X.power(2).mean(axis=0).A1 - np.square(cells.X.mean(axis=0).A1))
    cells.X = np.minimum(cells.X.toarray() / np.where(spread > 0, spread, 1.0), MOST).astype(np.float32)
    cells.var["highly_variable"] = True
    cells.obsm["spatial"] = section.xy_um
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        model = GraphST.GraphST(cells, device=torch.device("cpu"), random_seed=seed)
        embedded = model.train().obsm["emb"]
    reduced = PCA(COMPONENTS, random_state=seed).fit_transform(embedded)
    mixture = GaussianMixture(count, covariance_type="tied", n_init=STARTS, random_state=seed)
    return np.unique(mixture.fit_predict(reduced), return_inverse=True)[1]
