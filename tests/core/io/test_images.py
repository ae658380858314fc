"""Images of a file: found, placed in µm, and left out where they do not lie under the cells."""

import numpy as np
import pytest

from ripple_core.io import early, images
from ripple_core.io.describe import describe
from ripple_core.io.read import read
from ripple_core.section import Section


def with_image(section, scale=0.5, **library):
    """A section whose positions are pixels of a full image, twice as large as the one that is kept; x is longer than y."""
    adata = section.copy()
    adata.obsm["spatial"] = np.random.default_rng(0).uniform([5, 5], [395, 195], (adata.n_obs, 2))
    pixels = np.zeros((100, 200, 3), np.uint8)
    for x, y in adata.obsm["spatial"]:
        pixels[round(y * scale), round(x * scale)] = 255
    content = {
        "images": {"hires": pixels},
        "scalefactors": {"tissue_hires_scalef": scale, "spot_diameter_fullres": 20.0},
    }
    adata.uns["spatial"] = {"slide_1": {**content, **library}}
    return adata


@pytest.mark.parametrize("kind", ["h5ad", "zarr"])
@pytest.mark.parametrize("zoom", [1.0, 1e-3])
def test_cells_lie_on_their_own_pixels_also_where_positions_were_scaled(section, tmp_path, kind, zoom):
    adata = with_image(section)
    adata.obsm["spatial"] = adata.obsm["spatial"] * zoom
    adata.uns["spatial"]["slide_1"]["scalefactors"]["tissue_hires_scalef"] = 0.5 / zoom
    path = tmp_path / f"tissue.{kind}"
    (adata.write_h5ad if kind == "h5ad" else adata.write_zarr)(path)
    taken = Section.from_anndata(read(path))
    (image,) = images.of_file(path, adata.obsm["spatial"], taken.xy_um)
    assert (image.library, image.kind, image.title) == ("slide_1", "hires", "image of slide_1 (hires)")
    columns, rows = np.rint(taken.xy_um / image.um_per_pixel).astype(int).T
    assert (image.pixels[rows, columns] == 255).all()
    assert (zoom == 1.0) == (image.um_per_pixel == 2.0)


def test_visium_spots_of_scanpy_become_um_and_lie_on_their_slide(section, tmp_path, monkeypatch):
    adata = with_image(section)
    side = int(np.ceil(np.sqrt(adata.n_obs)))
    row, column = (axis.ravel()[: adata.n_obs] for axis in np.mgrid[0:side, 0:side])
    column = 2 * column + row % 2
    adata.obs["array_row"], adata.obs["array_col"] = row, column
    pixels = np.column_stack([column * 50.0, row * 50.0 * np.sqrt(3.0)]) / 0.4 + 20.0
    adata.obsm["spatial"] = pixels
    slide, scale = adata.uns["spatial"]["slide_1"], 0.1
    slide["images"]["hires"] = np.zeros((*np.ceil(pixels.max(axis=0)[::-1] * scale).astype(int) + 5, 3), np.uint8)
    for x, y in np.rint(pixels * scale).astype(int):
        slide["images"]["hires"][y, x] = 255
    slide["scalefactors"]["tissue_hires_scalef"] = scale
    adata.write_h5ad(tmp_path / "slide.h5ad")
    stored = read(tmp_path / "slide.h5ad")
    taken = Section.from_anndata(stored)
    assert taken.nearest_um == pytest.approx(100.0)
    assert describe(stored).unit == "µm, from pixels by the lattice of spots"
    (image,) = images.of_file(tmp_path / "slide.h5ad", pixels, taken.xy_um)
    columns, rows = np.rint(taken.xy_um / image.um_per_pixel).astype(int).T
    assert (image.pixels[rows, columns] == 255).all()
    assert image.um_per_pixel == pytest.approx(4.0)
    monkeypatch.setattr(early, "FEW_VALUES", 0)
    seen = early.look(tmp_path / "slide.h5ad")
    np.testing.assert_allclose(seen[1].xy_um, taken.xy_um)


def test_slides_of_unlike_scale_lie_each_under_its_own_spots():
    row, column = (axis.ravel() for axis in np.mgrid[0:9, 0:12])
    place_um = np.column_stack([(2 * column + row % 2) * 50.0, row * 50.0 * np.sqrt(3.0)]) + 60.0
    names, scales = np.repeat(["one", "two"], len(row)), {"one": 0.5, "two": 0.25}
    xy = np.concatenate([place_um / scales[name] for name in ("one", "two")])
    libraries = {}
    for name, scale in scales.items():
        pixels = np.zeros((*np.ceil(place_um.max(axis=0)[::-1] / scale * 0.1).astype(int) + 5, 3), np.uint8)
        for x, y in np.rint(place_um / scale * 0.1).astype(int):
            pixels[y, x] = 255
        libraries[name] = {"images": {"hires": pixels}, "scalefactors": {"tissue_hires_scalef": 0.1}}
    found = images.placed(libraries, xy, np.concatenate([place_um, place_um]), names)
    assert [image.library for image in found] == ["one", "two"]
    for image in found:
        assert image.um_per_pixel == pytest.approx(scales[image.library] / 0.1)
        columns, rows = np.rint(place_um / image.um_per_pixel).astype(int).T
        assert (image.pixels[rows, columns] == 255).all()


def test_bins_of_visium_hd_as_scanpy_has_them_become_um(section, tmp_path, monkeypatch):
    adata = with_image(section)
    side = int(np.ceil(np.sqrt(adata.n_obs)))
    row, column = (axis.ravel()[: adata.n_obs] for axis in np.mgrid[0:side, 0:side])
    adata.obs["array_row"], adata.obs["array_col"] = row, column
    adata.obsm["spatial"] = np.column_stack([column, row]) * 8.0 / 0.25 + 20.0
    adata.uns["spatial"]["slide_1"]["scalefactors"].update(microns_per_pixel=0.25, bin_size_um=8.0)
    adata.write_h5ad(tmp_path / "bins.h5ad")
    stored = read(tmp_path / "bins.h5ad")
    taken = Section.from_anndata(stored)
    assert taken.nearest_um == pytest.approx(8.0)
    assert describe(stored).unit == "µm, from pixels by the size of the bins"
    monkeypatch.setattr(early, "FEW_VALUES", 0)
    seen = early.look(tmp_path / "bins.h5ad")
    np.testing.assert_allclose(seen[1].xy_um, taken.xy_um)


def test_the_larger_image_is_taken(section):
    adata = with_image(section)
    slide = adata.uns["spatial"]["slide_1"]
    slide["images"]["lowres"], slide["scalefactors"]["tissue_lowres_scalef"] = np.zeros((10, 20, 3)), 0.05
    xy = adata.obsm["spatial"]
    assert [image.kind for image in images.placed(adata.uns["spatial"], xy, xy)] == ["hires"]
    del slide["images"]["hires"]
    assert [image.um_per_pixel for image in images.placed(adata.uns["spatial"], xy, xy)] == pytest.approx([20.0])


@pytest.mark.parametrize(
    "library",
    [
        {"images": {}},
        {"scalefactors": {}},
        {"scalefactors": {"tissue_hires_scalef": np.nan}},
        {"images": {"hires": np.zeros((4, 4, 7))}},
        {"scalefactors": {"tissue_hires_scalef": 30.0}},
    ],
)
def test_images_that_cannot_be_placed_are_left_out(section, library):
    adata = with_image(section, **library)
    xy = adata.obsm["spatial"]
    assert images.placed(adata.uns["spatial"], xy, xy) == ()


def test_other_things_in_its_place_are_no_images(section):
    xy = section.obsm["spatial"]
    assert images.placed({"slide": 3}, xy, xy) == ()
    assert images.placed(np.zeros(3), xy, xy) == ()
