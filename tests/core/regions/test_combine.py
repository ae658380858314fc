"""New outlines from old ones, against membership of random points and areas by hand."""

import numpy as np
import pytest
import shapely

from ripple_core.errors import DataError
from ripple_core.regions.combine import HOWS, combine, grow, ring

SQUARE = shapely.box(0, 0, 100, 100)
RULES = {"union": np.logical_or, "intersection": np.logical_and, "difference": lambda a, b: a & ~b}


def blob(seed):
    """A random area with a hole, in several pieces."""
    rng = np.random.default_rng(seed)
    discs = shapely.union_all(shapely.buffer(shapely.points(rng.uniform(20, 80, (5, 2))), rng.uniform(5, 25, 5)))
    return discs.difference(shapely.Point(rng.uniform(30, 70, 2)).buffer(8))


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("seed", range(5))
def test_two_regions_make_one_by_the_rule_of_sets(how, seed):
    first, second = blob(seed), blob(seed + 100)
    points = np.random.default_rng(seed).uniform(0, 100, (800, 2)).T
    a, b, c = (shapely.contains_xy(g, *points) for g in (first, second, combine(first, second, how)))
    assert c.tolist() == RULES[how](a, b).tolist()


@pytest.mark.parametrize("distance", [15.0, -15.0])
def test_growing_and_shrinking_follow_the_distance_to_the_edge(distance):
    points = np.random.default_rng(0).uniform(-40, 140, (2000, 2))
    to_edge = shapely.distance(shapely.points(points), SQUARE.boundary)
    signed = np.where(shapely.contains_xy(SQUARE, *points.T), -to_edge, to_edge)
    clear = np.abs(signed - distance) > 0.1
    found = shapely.contains_xy(grow(SQUARE, distance), *points.T)
    assert found[clear].tolist() == (signed < distance)[clear].tolist()
    low, high = sorted((0.0, distance))
    inside = shapely.contains_xy(ring(SQUARE, distance), *points.T)
    clear &= np.abs(signed) > 0.1
    assert inside[clear].tolist() == ((signed > low) & (signed < high))[clear].tolist()


def test_a_ring_keeps_its_hole_and_takes_its_part_of_the_area():
    around = ring(SQUARE, 10)
    assert len(around.interiors) == 1
    assert around.area == pytest.approx(4 * 100 * 10 + np.pi * 10**2, rel=1e-3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: combine(SQUARE, shapely.box(200, 200, 300, 300), "intersection"), "overlap"),
        (lambda: combine(SQUARE, shapely.box(100, 0, 200, 100), "intersection"), "overlap"),
        (lambda: combine(SQUARE, shapely.box(-1, -1, 101, 101), "difference"), "does not cover"),
        (lambda: combine(SQUARE, SQUARE, "xor"), "union or intersection"),
        (lambda: grow(SQUARE, -50), "wider than 100 µm"),
        (lambda: grow(SQUARE, 0), "other than 0"),
        (lambda: ring(SQUARE, float("nan")), "other than 0"),
    ],
)
def test_what_leaves_nothing_is_said(call, words):
    with pytest.raises(DataError, match=words):
        call()


def test_areas_that_touch_only_along_a_line_leave_no_line():
    both = combine(SQUARE, shapely.box(100, 0, 200, 100), "union")
    assert (both.geom_type, both.area) == ("Polygon", 20000)
