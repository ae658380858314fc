"""Who is edited, who is regenerated, who stays: by hand on a grid."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.errors import DataError
from ripple_core.perturb import zone
from ripple_core.roi import Roi
from ripple_core.section import Section


@pytest.fixture
def square() -> Roi:
    return Roi.from_vertices([[100, 100], [200, 100], [200, 200], [100, 200]])


def test_each_cell_has_one_role(section: Section, square: Roi) -> None:
    found = zone.around(section, square, 40.0, "full")
    inside = square.contains(section.xy_um)
    assert set(found.roi) == set(np.flatnonzero(inside))
    assert not set(found.roi) & set(found.targets)
    assert not set(found.targets) & set(found.context)
    x, y = section.xy_um[found.targets].T
    gap = np.hypot(np.maximum(np.maximum(100 - x, x - 200), 0), np.maximum(np.maximum(100 - y, y - 200), 0))
    np.testing.assert_allclose(found.distance_um[found.targets], gap, atol=1e-9)
    assert gap.max() <= 40


def test_roi_only_context_leaves_nothing_else_known(section: Section, square: Roi) -> None:
    assert len(zone.around(section, square, 40.0, "roi").context) == 0


def test_outward_goes_from_near_to_far_and_follows_its_seed(section: Section, square: Roi) -> None:
    found = zone.around(section, square, 60.0, "full")
    order = zone.outward(found, 0)
    assert sorted(order) == sorted(found.targets)
    third = len(order) // 3
    assert found.distance_um[order[:third]].mean() < found.distance_um[order[-third:]].mean()
    np.testing.assert_array_equal(order, zone.outward(found, 0))
    assert (order != zone.outward(found, 1)).any()


def test_an_roi_beside_the_tissue_is_refused_with_the_extent(section: Section) -> None:
    with pytest.raises(DataError, match="spans"):
        zone.around(section, Roi.circle((9000, 9000), 50), 40, "full")


def test_an_roi_over_everything_is_refused(section: Section) -> None:
    with pytest.raises(DataError, match="smaller"):
        zone.within(section, Roi.circle((0, 0), 90000))


def test_a_zone_without_cells_is_refused(section: Section, square: Roi) -> None:
    with pytest.raises(DataError, match="Widen"):
        zone.around(section, square, 1e-6, "full")
