"""What a region holds: counted one by one, and markers as a plain computation of folds gives them."""

import numpy as np
import pytest

from ripple_core.regions import holding
from ripple_core.roi import Roi
from ripple_core.section import Section
from ripple_core.synthetic import World


@pytest.fixture(scope="module")
def section():
    return Section.from_anndata(World().section(3, 300, "made"))


def half(section):
    """A region around the left half of the cells."""
    (left, bottom), (right, top) = section.xy_um.min(axis=0) - 1, section.xy_um.max(axis=0) + 1
    middle = (left + right) / 2
    return Roi.from_vertices([(left, bottom), (middle, bottom), (middle, top), (left, top)])


def test_cells_are_counted_by_type_the_most_first(section):
    roi = half(section)
    found = holding.summarise(section, roi, "cell_type")
    inside = roi.contains(section.xy_um)
    counts = section.obs["cell_type"][inside].astype(str).value_counts()
    assert (found.cells, found.share) == (inside.sum(), pytest.approx(inside.mean()))
    assert found.composition == counts.to_dict()
    assert list(found.composition.values()) == sorted(counts, reverse=True)


def test_markers_are_the_highest_folds_of_means_per_library(section):
    inside = half(section).contains(section.xy_um)
    counts = section.counts.toarray()
    typical = np.median(counts.sum(axis=1))
    means = [counts[rows].sum(axis=0) / counts[rows].sum() * typical for rows in (inside, ~inside)]
    fold = np.log2((means[0] + holding.PSEUDOCOUNT) / (means[1] + holding.PSEUDOCOUNT))
    expected = sorted(fold[(means[0] >= holding.MIN_MEAN) & (fold > 0)], reverse=True)[:5]
    found = holding.markers(section, inside, 5)
    assert [marker.log2_fold for marker in found] == pytest.approx(expected, rel=1e-4)


def test_without_others_there_are_no_markers(section):
    everything = np.ones(len(section), dtype=bool)
    assert holding.markers(section, everything) == ()
    assert holding.markers(section, ~everything) == ()
