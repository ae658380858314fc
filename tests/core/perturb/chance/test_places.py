"""Random places: about as many cells, off the region, in the tissue; their sums by place and by distance."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.errors import DataError
from ripple_core.perturb.chance.places import Place, PlacePlacebos, random_places, share_as_strong
from ripple_core.perturb.editing.edits import Applied
from ripple_core.perturb.zone import Zone
from ripple_core.roi import Roi

ROI = Roi.from_vertices(np.array([[10.0, 10], [70, 10], [70, 50], [10, 50]]))


def test_copies_hold_about_as_many_cells_and_lie_off_the_region(section) -> None:
    wanted = ROI.contains(section.xy_um).sum()
    places = random_places(section, ROI, 40, 12, seed=0)
    assert len({place.geometry.centroid.coords[0] for place in places}) == 12
    for place in places:
        assert place.area_um2 == pytest.approx(ROI.area_um2)
        assert place.geometry.distance(ROI.geometry) >= 40
        assert abs(place.contains(section.xy_um).sum() / wanted - 1) <= 0.2


def test_where_there_is_little_room_copies_may_lie_in_the_zone(section) -> None:
    places = random_places(section, ROI, 1000, 3, seed=0)
    assert all(0 < place.geometry.distance(ROI.geometry) < 1000 for place in places)


def test_a_region_as_large_as_the_section_has_no_other_place(section) -> None:
    with pytest.raises(DataError, match="null_kind to genes"):
        random_places(section, Roi.circle((120, 120), 110), 40, 3, seed=0)


def test_same_seed_same_places(section) -> None:
    first, second = (random_places(section, ROI, 40, 3, seed=4) for _ in range(2))
    assert [a.geometry.wkt for a in first] == [b.geometry.wkt for b in second]


def made(places: int, cells: int = 30) -> PlacePlacebos:
    """Sums for 40 genes of which the first is edited; cells 30 µm around."""
    edited = np.arange(40) == 0
    rows = np.arange(cells)
    at = Zone(np.array([cells]), rows, np.array([], dtype=np.int64), np.linspace(1, 30, cells + 1))
    applied = Applied(np.zeros((1, 40), np.float32), edited, (), (), ())
    return PlacePlacebos(edited, at, [Place(ROI, at, applied)] * places, cells + 1, repeats=1)


def test_a_response_as_everywhere_is_nothing_special_and_another_one_is() -> None:
    rng = np.random.default_rng(0)
    sums = made(10)
    for place in (None, *range(10)):
        lines = np.zeros((2, 30, 40))
        lines[1] = 1.0 + rng.normal(0, 0.1, (30, 40))
        if place is None:
            lines[1, :, 5:10] -= 1.0
        sums.add(np.arange(30), lines, place)
    p = sums.p_of_genes()
    assert np.isnan(p[0])
    assert (p[5:10] < 0.02).all()
    assert np.median(p[10:]) > 0.2
    assert (sums.p_of_cells(np.arange(30)) > 0.02).all()


def test_places_that_were_not_finished_say_nothing() -> None:
    sums = made(5)
    lines = np.random.default_rng(0).normal(0, 1, (2, 30, 40))
    for place in (None, 0, 1, 2):
        sums.add(np.arange(30), lines, place)
    sums.add(np.arange(3), np.full((2, 3, 40), 1e9), 3)
    assert sums.done == 3
    assert np.isfinite(np.delete(sums.p_of_genes(), 0)).all()


def test_cells_are_held_against_cells_as_far_away() -> None:
    rng = np.random.default_rng(0)
    others_um = rng.uniform(0, 100, 4000)
    others = np.exp(-others_um / 20) * rng.uniform(0.5, 1.5, 4000)
    near, far = share_as_strong(np.array([0.5, 0.5]), np.array([5.0, 95.0]), others, others_um)
    assert near > 0.3
    assert far < 0.01
