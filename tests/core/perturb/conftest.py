"""The small world and models of tests/core/trained.py as fixtures, and the shipped model, whose response is worth comparing."""

from __future__ import annotations

from pathlib import Path

import pytest
from core.trained import gest, gest_plus, knn, section, sections, world

from ripple_core.io.read import read
from ripple_core.models.catalog import load
from ripple_core.section import Section

SAMPLE = Path(__file__).parents[3] / "sample_data"
HALF_UM = 110.0

__all__ = ["gest", "gest_plus", "knn", "section", "sections", "world"]


@pytest.fixture(scope="session")
def shipped():
    """The checkpoint of sample_data."""
    return load(SAMPLE / "checkpoint", "cpu")


@pytest.fixture(scope="session")
def tissue() -> Section:
    """The middle of sample_data's tissue, 220 µm wide."""
    whole = Section.from_anndata(read(SAMPLE / "tissue.h5ad"))
    middle = whole.xy_um.mean(axis=0)
    return whole.subset((abs(whole.xy_um - middle) < HALF_UM).all(axis=1))
