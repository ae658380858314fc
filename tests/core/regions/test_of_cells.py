"""The region of some cells holds them, follows their groups, and leaves out crumbs and pinholes."""

import numpy as np
import pytest
import shapely

from ripple_core.errors import DataError
from ripple_core.regions.of_cells import FillSettings, region_of_cells


def grid(x, y, side, step=10.0):
    """Cells on a square grid."""
    places = np.arange(0, side + step / 2, step)
    return np.stack(np.meshgrid(x + places, y + places), axis=-1).reshape(-1, 2)


def test_it_holds_all_cells_of_every_group_and_little_more():
    cells = np.concatenate([grid(0, 0, 100), grid(300, 0, 60)])
    found = region_of_cells(cells)
    assert len(shapely.get_parts(found)) == 2
    assert shapely.contains_xy(found, *cells.T).all()
    assert found.area == pytest.approx(110**2 + 70**2, rel=0.08)


def test_two_groups_join_where_they_are_closer_than_asked():
    cells = np.concatenate([grid(0, 0, 50), grid(90, 0, 50)])  # 40 µm apart, and 30 between their outlines
    apart = region_of_cells(cells, FillSettings(join_um=25, margin_um=5))
    joined = region_of_cells(cells, FillSettings(join_um=35, margin_um=5))
    assert [len(shapely.get_parts(g)) for g in (apart, joined)] == [2, 1]


def test_crumbs_and_pinholes_go_and_large_holes_stay():
    cells = grid(0, 0, 200)
    inner = (np.abs(cells - 100) < 45).all(axis=1)
    ring = np.concatenate([cells[~inner], [[400, 400], [410, 400]]])
    found = region_of_cells(ring)
    assert found.geom_type == "Polygon"
    assert len(found.interiors) == 1
    assert not found.contains(shapely.Point(100, 100))
    missing_one = cells[(cells != 100).any(axis=1)]
    assert len(region_of_cells(missing_one).interiors) == 0


def test_nothing_and_scattered_cells_are_said():
    with pytest.raises(DataError, match="at least one cell"):
        region_of_cells(np.empty((0, 2)))
    with pytest.raises(DataError, match="close to each other"):
        region_of_cells(grid(0, 0, 900, 300.0))
    assert region_of_cells([[0, 0]], FillSettings(min_cells=1)).area == pytest.approx(np.pi * 25, rel=0.15)
