"""CellTypist (Domínguez Conde et al., Science 2022): regression on single cells, without their surroundings."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import anndata as ad
import numpy as np
import pandas as pd

from ripple_core.benchmark.outside.cells import log_normalised
from ripple_core.section import Section

COUNTS_PER_CELL = 10_000.0
"""The library size that CellTypist asks for."""


def annotate(teachers: Sequence[Section], labels: Sequence[np.ndarray], test: Section, seed: int) -> np.ndarray:
    """Labels (cells,) that CellTypist gives to a section, learned from others (labels, "" for none).

    Its stochastic gradient descent is used: the other way of its version 1.7 does not run beside scikit-learn 1.8 and later.
    """
    import celltypist as outside
    from celltypist import logger

    logger.set_level(logging.WARNING)
    single = [log_normalised(section, COUNTS_PER_CELL) for section in (*teachers, test)]
    taught = [cells[label != ""].copy() for cells, label in zip(single, labels)]
    named = np.concatenate([label[label != ""] for label in labels]).astype(str)
    learned = {"use_SGD": True, "random_state": seed, "n_jobs": 1, "check_expression": False}
    model = outside.train(ad.concat(taught, index_unique="-"), pd.Series(named), **learned)
    found = outside.annotate(single[-1], model=model).predicted_labels["predicted_labels"]
    return np.asarray(found.astype(str), dtype=object)
