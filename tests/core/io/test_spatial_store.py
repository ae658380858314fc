"""SpatialData stores: each table a section, images under the cells by their transformations, whatever these are."""

import anndata as ad
import numpy as np
import pytest
import zarr

from ripple_core.errors import DataError
from ripple_core.io import images, store
from ripple_core.io.read import read
from ripple_core.section import Section


def axes(names):
    return {"name": names, "axes": [{"name": name, "type": "space"} for name in names]}


def to_global(kind, value, names):
    """A transformation as SpatialData writes it."""
    values = {} if value is None else {kind: value}
    return {"type": kind, **values, "input": axes(names), "output": {**axes(names), "name": "global"}}


TURNED = np.array([[0.0, -2.0, 1100.0], [2.0, 0.0, -100.0], [0.0, 0.0, 1.0]])
"""From pixels to the coordinates of the cells: twice as large, a quarter turn, and a shift."""
WAYS = {
    "affine": to_global("affine", [[1, 0, 0, 0], [0, 0, 2.0, -100.0], [0, -2.0, 0, 1100.0]], "cyx"),
    "sequence": {
        **to_global("sequence", None, "cyx"),
        "transformations": [
            {"type": "mapAxis", "mapAxis": {"c": "c", "x": "y", "y": "x"}, "input": axes("cyx"), "output": axes("cyx")},
            {"type": "scale", "scale": [1.0, 2.0, -2.0], "input": axes("cyx"), "output": axes("cyx")},
            {"type": "translation", "translation": [0.0, -100.0, 1100.0], "input": axes("cyx"), "output": axes("cyx")},
        ],
    },
}


def write_store(path, section, version=3, way="affine", tables=("cells",), region="outlines"):
    """A store with a picture in two levels in which the pixel under each cell is 255, and outlines a tenth as large."""
    root = zarr.open_group(str(path), mode="w", zarr_format=version)
    root.attrs["spatialdata_attrs"] = {"version": "0.2" if version == 3 else "0.1"}
    xy = section.obsm["spatial"]
    pixels = np.zeros((2, 600, 560), np.uint16)
    places = np.column_stack([xy * 10, np.ones(len(xy))]) @ np.linalg.inv(TURNED).T
    columns, rows = np.floor(places[:, :2]).astype(int).T
    pixels[1, rows, columns] = 255
    pixels[0] = pixels[1] * 10
    image = root.create_group("images/stains")
    for level in range(2):
        image.create_array(str(level), data=pixels[:, :: 2**level, :: 2**level], chunks=(1, 64, 64))
    sizes = [
        {"path": str(n), "coordinateTransformations": [{"type": "scale", "scale": [1, 2**n, 2**n]}]} for n in (0, 1)
    ]
    scales = {
        "axes": axes("cyx")["axes"],
        "datasets": sizes,
        "coordinateTransformations": [WAYS[way]],
        "name": "stains",
    }
    stated = {"multiscales": [scales], "omero": {"channels": [{"label": "DAPI"}, {"label": "WGA"}]}}
    image.attrs.update({"ome": stated} if version == 3 else stated)
    shapes = root.create_group("shapes/outlines")
    shapes.attrs.update({"axes": ["x", "y"], "coordinateTransformations": [to_global("scale", [10.0, 10.0], "xy")]})
    if region == "labels":
        labels = root.create_group("labels/labels")
        same = {
            "axes": axes("yx")["axes"],
            "datasets": [],
            "coordinateTransformations": [to_global("identity", None, "yx")],
        }
        labels.attrs.update({"ome": {"multiscales": [same]}} if version == 3 else {"multiscales": [same]})
    for name in tables:
        adata = section.copy()
        adata.uns["spatialdata_attrs"] = {"region": region, "region_key": "region", "instance_key": "cell_id"}
        ad.settings.zarr_write_format, before = version, ad.settings.zarr_write_format
        try:
            ad.io.write_elem(root.require_group("tables"), name, adata)
        finally:
            ad.settings.zarr_write_format = before
    return path


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("region", ["outlines", "labels"])
def test_under_each_cell_lies_its_own_pixel(section, tmp_path, version, way, region):
    path = write_store(tmp_path / "two.zarr", section, version, way, region=region)
    taken = Section.from_anndata(read(path))
    dapi, wga = images.of_file(path, section.obsm["spatial"], taken.xy_um, "two")
    assert [image.title for image in (dapi, wga)] == ["image of two (stains, DAPI)", "image of two (stains, WGA)"]
    assert (dapi.is_shown, wga.is_shown, len(dapi.coarser)) == (True, False, 1)
    places = np.column_stack([taken.xy_um, np.ones(len(taken))]) @ np.linalg.inv(dapi.to_um).T
    columns, rows = np.rint(places[:, :2]).astype(int).T
    assert (np.asarray(dapi.pixels)[rows, columns] == 2550).all()


def test_several_tables_are_named_and_each_opens_by_its_own_path(section, tmp_path):
    path = write_store(tmp_path / "two.zarr", section, tables=("cells", "nuclei"))
    with pytest.raises(DataError) as error:
        read(path)
    assert str(error.value) == (
        "Expected an AnnData, or a SpatialData with one table, found two.zarr with 2 tables: cells, nuclei. "
        "Open one of them: two.zarr/tables/cells or two.zarr/tables/nuclei."
    )
    first, second = store.table_paths(path)
    assert (read(first).uns["name"], read(second).uns["name"]) == ("two cells", "two nuclei")
    assert len(images.of_file(second, section.obsm["spatial"], section.obsm["spatial"], "two nuclei")) == 2


def test_a_store_without_tables_says_so(section, tmp_path):
    path = write_store(tmp_path / "none.zarr", section, tables=())
    with pytest.raises(DataError, match=r"with a table, found none.zarr with no table. Add a table"):
        read(path)


def test_images_that_meet_the_cells_nowhere_are_left_out(section, tmp_path):
    path = write_store(tmp_path / "one.zarr", section)
    group = zarr.open_group(str(path / "images/stains"), mode="a")
    ome = dict(group.attrs["ome"])
    ome["multiscales"][0]["coordinateTransformations"][0]["output"]["name"] = "elsewhere"
    group.attrs["ome"] = ome
    assert images.of_file(path, section.obsm["spatial"], section.obsm["spatial"], "one") == ()
