"""Positions: repeats and nearest distances against the plain way."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import cKDTree

from ripple_core import positions


def test_repeats_are_those_that_pandas_finds_row_by_row():
    rng = np.random.default_rng(0)
    xy = rng.integers(-3, 4, (200, 2)).astype(np.float64)
    xy[3] = [-0.0, 0.0]
    sections = rng.choice(["a", "b"], 200)
    np.testing.assert_array_equal(positions.repeats(xy), pd.DataFrame(xy).duplicated())
    table = pd.DataFrame(xy).assign(section=sections)
    np.testing.assert_array_equal(positions.repeats(xy, sections), table.duplicated())


def test_the_nearest_distance_of_a_sample_is_near_that_of_all(monkeypatch):
    xy = np.random.default_rng(1).uniform(0, 1000, (5000, 2))
    exact = positions.nearest(xy)
    assert exact == float(np.median(cKDTree(xy).query(xy, k=2)[0][:, 1]))
    monkeypatch.setattr(positions, "EXACT_CELLS", 4000)
    monkeypatch.setattr(positions, "SAMPLED_CELLS", 2000)
    assert positions.nearest(xy) == pytest.approx(exact, rel=0.05)
    assert positions.is_sampled(5000)
    assert positions.nearest(xy[:1]) == 0.0


def spots(um_per_pixel: float, turn: float = 0.4) -> tuple[np.ndarray, np.ndarray]:
    """Row and column (spots, 2) of a Visium slide, and where its spots lie in pixels (spots, 2)."""
    rows, columns = (axis.ravel() for axis in np.mgrid[0:9, 0:12])
    columns = 2 * columns + rows % 2
    place_um = np.column_stack([columns * 50.0, rows * 50.0 * np.sqrt(3.0)])
    turned = place_um @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.column_stack([rows, columns]).astype(float), turned / um_per_pixel + 500.0


@pytest.mark.parametrize("um_per_pixel", [0.3, 0.65, 20.0])
def test_the_lattice_of_visium_spots_tells_the_size_of_a_pixel(um_per_pixel):
    lattice, pixels = spots(um_per_pixel)
    obs, nothing = pd.DataFrame(lattice, columns=positions.LATTICE), np.zeros(len(pixels), bool)
    assert positions.um_per_unit(lattice, np.rint(pixels)) == pytest.approx(um_per_pixel, rel=0.05)
    xy_um, notes = positions.in_micrometres(pixels, nothing, is_stated=False, obs=obs)
    np.testing.assert_allclose(xy_um, pixels * um_per_pixel)
    assert positions.nearest(xy_um) == pytest.approx(100.0)
    assert f"pixels of {um_per_pixel:.3g} µm" in notes[0]
    stated, notes = positions.in_micrometres(pixels, nothing, is_stated=True, obs=obs)
    assert (stated == pixels).all()
    assert not notes
    in_um, notes = positions.in_micrometres(xy_um, nothing, is_stated=False, obs=obs)
    assert (in_um == xy_um).all()
    assert not notes


def test_slides_of_one_file_have_each_a_lattice_and_a_scale_of_its_own():
    lattice, pixels = spots(0.5)
    obs = pd.DataFrame(np.concatenate([lattice, lattice]), columns=positions.LATTICE)
    names, nothing = np.repeat(["a", "b"], len(lattice)), np.zeros(2 * len(lattice), bool)
    both = np.concatenate([pixels, pixels + np.array([3000.0, 40.0])])
    xy_um, _ = positions.in_micrometres(both, nothing, is_stated=False, obs=obs, sections=names)
    np.testing.assert_allclose(xy_um, both * 0.5)
    both[len(lattice) :] *= 2.0  # another microscope
    xy_um, notes = positions.in_micrometres(both, nothing, is_stated=False, obs=obs, sections=names)
    np.testing.assert_allclose(xy_um, both * np.repeat([0.5, 0.25], len(lattice))[:, None])
    assert "pixels of 0.25 to 0.5 µm, each slide its own, as the lattice" in notes[0]
    both[len(lattice) :] = np.random.default_rng(0).permutation(
        both[len(lattice) :]
    )  # one of them is no lattice: nothing is told
    _, notes = positions.in_micrometres(both, nothing, is_stated=False, obs=obs, sections=names)
    assert not any("lattice" in note for note in notes)


def test_columns_that_are_no_lattice_of_triangles_tell_nothing():
    lattice, pixels = spots(0.5)
    square = np.column_stack([lattice[:, 0], np.arange(len(lattice)) % 12])
    assert positions.um_per_unit(square, pixels) is None
    assert positions.um_per_unit(lattice[:5], pixels[:5]) is None
    assert positions.um_per_unit(lattice, np.random.default_rng(0).permutation(pixels)) is None
    assert positions.um_per_unit(lattice * (2, 0), pixels) is None


def hd(um_per_pixel: float = 0.274, side_um: float = 8.0) -> tuple[np.ndarray, dict]:
    """Middles (bins, 2) of square bins in pixels, and the scale factors of their library as Space Ranger writes them."""
    rows, columns = (axis.ravel() for axis in np.mgrid[0:20, 0:30])
    factors = {"microns_per_pixel": um_per_pixel, "bin_size_um": side_um, "tissue_hires_scalef": 0.1}
    return np.column_stack([columns, rows]) * side_um / um_per_pixel + 40.0, {"one": {"scalefactors": factors}}


def test_the_bins_of_visium_hd_tell_the_size_of_a_pixel():
    pixels, libraries = hd()
    bins, nothing = positions.Bins.told_by(libraries), np.zeros(len(pixels), bool)
    assert bins == positions.Bins(0.274, 8.0)
    xy_um, notes = positions.in_micrometres(pixels, nothing, is_stated=False, bins=bins)
    np.testing.assert_allclose(xy_um, pixels * 0.274)
    assert "pixels of 0.274 µm, as the size of Visium HD's bins tells" in notes[0]
    in_um, notes = positions.in_micrometres(xy_um, nothing, is_stated=False, bins=bins)  # turned already: no pixels
    assert (in_um == xy_um).all()
    assert not notes


def test_scale_factors_that_tell_of_no_bins_or_of_several_kinds_are_let_be():
    _, one = hd()
    _, other = hd(side_um=16.0)
    assert positions.Bins.told_by({"one": one["one"], "two": other["one"]}) is None
    assert positions.Bins.told_by({"one": {"scalefactors": {"spot_diameter_fullres": 90.0}}}) is None
    for odd in (None, {}, {"one": 3}, np.zeros(3)):
        assert positions.Bins.told_by(odd) is None
