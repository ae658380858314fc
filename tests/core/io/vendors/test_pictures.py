"""Pictures in vendors' folders: every cell lies on its own nucleus, and pixels stay in the file until they are looked at."""

import sys

import dask.array as da
import numpy as np
import pytest
import vendor_folders

from ripple_core.errors import DataError
from ripple_core.io import images, tiles
from ripple_core.io.picture import scaling
from ripple_core.io.read import read
from ripple_core.io.vendors import cosmx, fields


def pictures(folder, name):
    """The pictures of a vendor's folder."""
    return images.beside(folder, np.empty((0, 2)), np.empty((0, 2)), name)


def at(image, xy_um):
    """The pixels of an image (cells, …) at positions (cells, 2) in µm."""
    places = np.column_stack([xy_um, np.ones(len(xy_um))]) @ np.linalg.inv(image.to_um).T
    columns, rows = np.rint(places[:, :2]).astype(int).T
    return np.asarray(image.pixels)[rows, columns]


def test_xenium_cells_lie_on_their_nuclei(tmp_path):
    folder = vendor_folders.xenium(tmp_path / "one")
    adata = read(folder)
    dapi, boundary = pictures(folder, "Region_1")
    assert (dapi.title, dapi.is_shown) == ("image of Region_1 (DAPI)", True)
    assert (boundary.kind, boundary.is_shown) == ("boundary (ATP1A1, CD45, E-cadherin)", False)
    assert dapi.um_per_pixel == pytest.approx(vendor_folders.UM_PER_PIXEL)
    assert (at(dapi, adata.obsm["spatial"]) == 3000).all()
    assert (at(dapi, adata.obsm["spatial"] + (8.0, 0.0)) == 3000).mean() < 0.2
    assert isinstance(dapi.pixels, da.Array)
    assert [level.shape for level in dapi.coarser] == [tuple(-(-n // k) for n in dapi.pixels.shape) for k in (2, 4)]
    assert dapi.limits == (40.0, 3000.0)


@pytest.mark.parametrize("planar", [False, True])
def test_the_stained_slide_of_a_xenium_lies_under_its_cells(tmp_path, planar):
    folder = vendor_folders.xenium(tmp_path / "one")
    vendor_folders.stained(folder, planar=planar)
    slide, dapi, _ = pictures(folder, "one")
    assert (slide.kind, slide.is_color, slide.is_shown, dapi.is_shown) == ("H&E", True, True, False)
    assert (at(slide, read(folder).obsm["spatial"]) == (120, 60, 150)).all()
    assert slide.um_per_pixel == pytest.approx(2 * vendor_folders.UM_PER_PIXEL)
    assert [level.shape for level in slide.coarser] == [
        (-(-slide.pixels.shape[0] // 2), -(-slide.pixels.shape[1] // 2), 3)
    ]


def test_a_stained_slide_that_was_laid_upon_nothing_is_left_out(tmp_path):
    folder = vendor_folders.xenium(tmp_path / "one")
    vendor_folders.stained(folder)
    matrix = folder / "Xenium_one_he_imagealignment.csv"
    matrix.write_text("1,0,0\n0,1,0\n")
    with pytest.raises(DataError, match="three lines of three numbers.*2 × 3"):
        pictures(folder, "one")
    matrix.unlink()
    assert [image.kind for image in pictures(folder, "one") if image.is_shown] == ["DAPI"]


def test_stains_of_later_versions_are_named_by_their_files(tmp_path):
    folder = vendor_folders.xenium(tmp_path / "one")
    for number, name in enumerate(("ch0000_dapi", "ch0001_atp1a1_cd45")):
        old = folder / f"morphology_focus/morphology_focus_{number:04d}.ome.tif"
        old.rename(old.with_name(f"{name}.ome.tif"))
    assert [image.kind for image in pictures(folder, "one")] == ["DAPI", "atp1a1 cd45"]


def test_the_single_picture_of_first_versions(tmp_path):
    folder = vendor_folders.xenium(tmp_path / "one")
    (folder / "morphology_focus/morphology_focus_0000.ome.tif").rename(folder / "morphology_focus.ome.tif")
    (folder / "morphology_focus/morphology_focus_0001.ome.tif").unlink()
    assert [image.kind for image in pictures(folder, "one")] == ["DAPI"]


def test_visium_spots_lie_on_their_own_colour(tmp_path):
    folder = vendor_folders.visium(tmp_path / "one" / "outs")
    (slide,) = pictures(folder, "one")
    xy = read(folder).obsm["spatial"]
    assert (slide.kind, slide.is_color, slide.limits) == ("hires", True, None)
    assert (at(slide, xy) == (120, 60, 150)).all()
    assert slide.um_per_pixel == pytest.approx(0.65 / 0.25, rel=1e-3)
    (folder / "spatial/tissue_hires_image.png").unlink()
    assert pictures(folder, "one") == ()


def test_merscope_cells_lie_on_the_nuclei_of_the_middle_plane(tmp_path):
    folder = vendor_folders.merscope(tmp_path / "region_0")
    (dapi,) = pictures(folder, "region_0")
    assert set(np.unique(at(dapi, read(folder).obsm["spatial"]))) == {3003}
    assert dapi.um_per_pixel == 0.25


def test_a_large_file_without_a_pyramid_gets_one(tmp_path, monkeypatch):
    monkeypatch.setattr(tiles, "LARGE", 100)
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 4000, (1300, 700)).astype(np.uint16)
    vendor_folders.pyramid(tmp_path / "flat.ome.tif", pixels, levels=1)
    image = tiles.stain(tmp_path / "flat.ome.tif", "one", "DAPI", scaling(0.2))
    np.testing.assert_array_equal(image.coarser[0], pixels[::8, ::8])
    np.testing.assert_array_equal(image.coarser[1], pixels[::32, ::32])
    np.testing.assert_array_equal(image.pixels[600:610, 5:9], pixels[600:610, 5:9])


def test_colours_stored_one_after_the_other_are_seen_as_colours(tmp_path):
    import tifffile

    pixels = np.random.default_rng(0).integers(0, 255, (3, 90, 120)).astype(np.uint8)
    tifffile.imwrite(tmp_path / "he.tif", pixels, photometric="rgb", planarconfig="separate", tile=(32, 32))
    image = tiles.stain(tmp_path / "he.tif", "one", "H&E", scaling(1.0))
    assert image.is_color
    np.testing.assert_array_equal(image.pixels, np.moveaxis(pixels, 0, 2))


def test_what_cannot_be_shown_is_said(tmp_path, monkeypatch):
    (tmp_path / "bad.tif").write_bytes(b"II*\0 nothing")
    with pytest.raises(DataError, match=r"a picture of the tissue, found bad.tif, which cannot be shown"):
        tiles.stain(tmp_path / "bad.tif", "one", "DAPI", scaling(1.0))


def test_a_codec_that_is_not_installed_is_named(tmp_path, monkeypatch):
    pytest.importorskip("imagecodecs")
    path = tmp_path / "jpeg2000.ome.tif"
    vendor_folders.pyramid(path, vendor_folders.nuclei(np.array([[30.0, 30.0]]), 0.2125), compression="jpeg2000")
    assert tiles.stain(path, "one", "DAPI", scaling(1.0)).limits[1] > 2000
    for name in [name for name in sys.modules if name.partition(".")[0] in ("imagecodecs", "tifffile")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    with pytest.raises(DataError, match=r"the package imagecodecs to show jpeg2000.*napari-ripple\[vendors\]"):
        tiles.stain(path, "one", "DAPI", scaling(1.0))


@pytest.mark.parametrize("upward", [True, False])
def test_the_fields_of_a_cosmx_lie_together_under_their_cells(tmp_path, monkeypatch, upward):
    folder = vendor_folders.composites(vendor_folders.cosmx(tmp_path / "slide"), upward=upward)
    xy = read(folder).obsm["spatial"]
    (whole,) = pictures(folder, "slide")
    assert (whole.title, whole.pixels.shape) == ("image of slide (composite)", (200, 600, 3))
    red, green, _ = at(whole, xy).astype(int).T
    assert (red > 180).all()
    assert (green < 80).all()
    assert whole.um_per_pixel == pytest.approx(cosmx.UM_PER_PIXEL)
    monkeypatch.setattr(fields, "MOST_PX", 300)
    (half,) = pictures(folder, "slide")
    assert half.pixels.shape == (100, 300, 3)
    monkeypatch.setattr(fields, "MOST_PX", 2)
    assert pictures(folder, "slide")[0].pixels.shape == (1, 2, 3)
    monkeypatch.setattr(fields, "MOST_PX", 300)
    assert (at(half, xy)[:, 0] > 150).all()


def test_fields_that_cannot_be_laid_or_read(tmp_path):
    folder = vendor_folders.composites(vendor_folders.cosmx(tmp_path / "slide"))
    (folder / "CellComposite/CellComposite_F002.jpg").unlink()
    (first,) = pictures(folder, "slide")
    assert first.pixels.shape == (200, 300, 3)
    (folder / "CellComposite/CellComposite_F001.jpg").write_bytes(b"no picture")
    with pytest.raises(DataError, match="field of view.*F001.jpg"):
        pictures(folder, "slide")
    assert fields.Laid.by_cells(np.zeros((5, 2)), np.zeros((5, 2))) is None
    twice = np.random.default_rng(0).uniform(0, 100, (9, 2))
    assert fields.Laid.by_cells(twice, 2 * twice) is None
    without = vendor_folders.cosmx(tmp_path / "without")
    assert pictures(without, "without") == ()
