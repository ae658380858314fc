"""Methods of other packages, for those who have them installed; what is not here is skipped with a line."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib.util import find_spec

import anndata as ad
import numpy as np
import pandas as pd
from scipy import sparse

from ripple_core.section import Section

CELLTYPIST = "CellTypist"
MISSING = "CellTypist: skipped, it was not installed (pip install 'napari-ripple[celltypist]')."
COUNTS_PER_CELL = 10_000.0
"""The library size that CellTypist asks for."""


def has_celltypist() -> bool:
    """Whether CellTypist (Domínguez Conde et al., Science 2022) is installed."""
    return find_spec("celltypist") is not None


def celltypist(teachers: Sequence[Section], labels: Sequence[np.ndarray], test: Section, seed: int) -> np.ndarray:
    """Labels (cells,) that CellTypist gives to a section, learned from others (labels, "" for none).

    It reads single cells without their surroundings. Its stochastic gradient descent is used: the other way of its version 1.7 does
    not run beside scikit-learn 1.8 and later.
    """
    import celltypist as outside
    from celltypist import logger

    logger.set_level(logging.WARNING)
    taught = [_single_cells(section)[label != ""].copy() for section, label in zip(teachers, labels)]
    named = np.concatenate([label[label != ""] for label in labels]).astype(str)
    learned = {"use_SGD": True, "random_state": seed, "n_jobs": 1, "check_expression": False}
    model = outside.train(ad.concat(taught, index_unique="-"), pd.Series(named), **learned)
    found = outside.annotate(_single_cells(test), model=model).predicted_labels["predicted_labels"]
    return np.asarray(found.astype(str), dtype=object)


def _single_cells(section: Section) -> ad.AnnData:
    """A section as CellTypist reads it: log1p of counts scaled to 10,000 a cell."""
    scale = COUNTS_PER_CELL / np.maximum(section.library_size, 1.0)
    values = sparse.diags_array(scale).tocsr() @ section.counts
    cells, genes = pd.DataFrame(index=section.cells), pd.DataFrame(index=section.genes)
    return ad.AnnData(sparse.csr_matrix(values).log1p().astype(np.float32), obs=cells, var=genes)
