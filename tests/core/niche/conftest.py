"""The small world and models of tests/core/trained.py, and tissue in bands whose names are known."""

from __future__ import annotations

import numpy as np
import pytest
from core.trained import gest, gest_plus, knn, section, sections, world

from ripple_core.section import Section

__all__ = ["banded", "gest", "gest_plus", "knn", "section", "sections", "world"]
BANDS = ("inner", "middle", "outer")


def in_bands(section: Section, seed: int) -> Section:
    """The cells of a section moved into three bands; two types prefer each of the outer ones, nobody the middle one."""
    rng = np.random.default_rng(seed)
    kind = section.obs["cell_type"].astype("category").cat.codes.to_numpy()
    liked = np.where(kind < 2, 0, 2)
    band = np.where(rng.random(len(kind)) < 0.75, liked, 1)
    xy = np.column_stack([80.0 * band + rng.uniform(0, 80, len(kind)), rng.uniform(0, 240, len(kind))])
    obs = section.obs.drop(columns="section").assign(region=[BANDS[one] for one in band])
    return Section(f"bands {seed}", section.counts, xy, section.genes, section.cells, obs)


@pytest.fixture(scope="session")
def banded(sections: list[Section]) -> list[Section]:
    """Two sections of 400 cells in three bands, named in ``obs['region']``."""
    return [in_bands(one, seed) for seed, one in enumerate(sections)]
