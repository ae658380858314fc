"""scANVI (Xu et al., Molecular Systems Biology 2021) of scvi-tools: a variational autoencoder of cells that also learns labels."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import anndata as ad
import numpy as np

from ripple_core.benchmark.outside.cells import counted
from ripple_core.section import Section

UNKNOWN = "?"
SIZES = {"n_layers": 2, "n_latent": 30, "gene_likelihood": "nb"}
LABEL_EPOCHS, CELLS_PER_LABEL = 20, 100
"""These and the sizes: as the package's own tutorial of transferring labels has them."""
BATCH, STEPS, MOST_EPOCHS = 128, 8000, 400
"""scvi-tools by itself makes 400 epochs of up to 20,000 cells; at most 8,000 steps are made here, all of them up to 2,500 cells."""


def annotate(teachers: Sequence[Section], labels: Sequence[np.ndarray], test: Section, seed: int) -> np.ndarray:
    """Labels (cells,) that scANVI gives to a section, learned from others (labels, "" for none).

    The counts of the test section are learned from as well, unlabelled, as the method means it: every section is a batch of its own.
    A cell without a single count gets the most frequent label.
    """
    import scvi

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    scvi.settings.verbosity = logging.ERROR
    scvi.settings.seed = seed
    cells = ad.concat([counted(section) for section in (*teachers, test)], label="section", index_unique="-")
    known = np.concatenate([*labels, np.full(len(test), "")])
    cells.obs["taught"] = np.where(known == "", UNKNOWN, known).astype(str)
    expressed = np.asarray(cells.X.sum(axis=1)).ravel() > 0
    names, count = np.unique(known[known != ""].astype(str), return_counts=True)
    given = np.full(len(known), names[count.argmax()], dtype=object)
    given[expressed] = _labelled(cells[expressed].copy())
    return given[-len(test) :]


def _labelled(cells: ad.AnnData) -> np.ndarray:
    """A label for each cell (cells,) of counts with obs columns "section" and "taught"."""
    from scvi.model import SCANVI, SCVI

    quiet = {"accelerator": "cpu", "enable_progress_bar": False, "batch_size": BATCH}
    SCVI.setup_anndata(cells, batch_key="section", labels_key="taught")
    unlabelled = SCVI(cells, **SIZES)
    epochs = min(MOST_EPOCHS, max(1, STEPS * BATCH // cells.n_obs))
    unlabelled.train(max_epochs=epochs, **quiet)
    model = SCANVI.from_scvi_model(unlabelled, unlabeled_category=UNKNOWN)
    model.train(max_epochs=LABEL_EPOCHS, n_samples_per_label=CELLS_PER_LABEL, **quiet)
    return np.asarray(model.predict(), dtype=object)
