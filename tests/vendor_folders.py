"""Small folders as the instruments and their pipelines write them, made with the formats' own libraries."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import tifffile
from PIL import Image
from scipy import sparse

GENES = [f"Gene{number}" for number in range(8)]
CONTROLS = [("Negative Control Probe", 3), ("Negative Control Codeword", 2), ("Unassigned Codeword", 1)]
UM_PER_PIXEL = 0.2125


def counts(cells: int, columns: int, seed: int = 0) -> sparse.csr_matrix:
    """Made counts (cells, columns)."""
    return sparse.csr_matrix(np.random.default_rng(seed).poisson(1.0, (cells, columns)).astype(np.int32))


def feature_matrix(path: Path, matrix: sparse.csr_matrix, barcodes: list[str], features: list[tuple[str, str, str]]):
    """10x Genomics' HDF5: (id, name, kind) of each feature, counts of features × barcodes by columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        group = file.create_group("matrix")
        group["barcodes"] = np.array(barcodes, dtype="S")
        group.create_dataset("data", data=matrix.data.astype(np.int32), chunks=True, compression="gzip")
        group.create_dataset("indices", data=matrix.indices.astype(np.int64), chunks=True, compression="gzip")
        group["indptr"], group["shape"] = matrix.indptr.astype(np.int64), np.array(matrix.shape[::-1], dtype=np.int32)
        for name, values in zip(("id", "name", "feature_type"), zip(*features)):
            group[f"features/{name}"] = np.array(values, dtype="S")
        group["features/_all_tag_keys"] = np.array(["genome"], dtype="S")


def pyramid(path: Path, pixels: np.ndarray, levels: int = 3, compression: str | None = "zlib", **options) -> None:
    """An OME-TIFF in tiles, its smaller copies in SubIFDs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    given = {"tile": (64, 64), "compression": compression, "photometric": "minisblack", **options}
    with tifffile.TiffWriter(path, ome=True) as tif:
        tif.write(pixels, subifds=levels - 1, metadata={"axes": "YX"}, **given)
        for level in range(1, levels):
            tif.write(pixels[:: 2**level, :: 2**level], subfiletype=1, **given)


def xenium(
    folder: Path, cells: int = 60, *, table: str = "csv.gz", seed: int = 0, compression: str | None = "zlib"
) -> Path:
    """Cells on a grid of 20 µm, each with a bright nucleus of its own in ``morphology_focus``."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(cells)))
    places = np.stack(np.meshgrid(np.arange(side + 3), np.arange(side)), axis=-1).reshape(-1, 2)[:cells]
    xy = places * 20.0 + 15.0 + rng.uniform(-3, 3, (cells, 2))
    features = [(f"ENSG{number:011d}", name, "Gene Expression") for number, name in enumerate(GENES)]
    features += [(f"{kind}{n}", f"{kind}{n}", kind) for kind, number in CONTROLS for n in range(number)]
    names = [f"{'abcdefgh'[n % 8]}{n:06d}-1" for n in range(cells)]
    feature_matrix(folder / "cell_feature_matrix.h5", counts(cells, len(features), seed), names, features)
    columns = {"cell_id": names, "x_centroid": xy[:, 0], "y_centroid": xy[:, 1], "transcript_counts": 7}
    one = pd.DataFrame({**columns, "cell_area": rng.uniform(20, 90, cells), "nucleus_area": 12.5})
    path = folder / f"cells.{table}"
    one.to_parquet(path) if table == "parquet" else one.to_csv(path, index=False)
    experiment = {"pixel_size": UM_PER_PIXEL, "run_name": "run 7", "region_name": "Region_1", "major_version": 5}
    (folder / "experiment.xenium").write_text(json.dumps(experiment))
    clusters = folder / "analysis/clustering/gene_expression_graphclust/clusters.csv"
    clusters.parent.mkdir(parents=True)
    pd.DataFrame({"Barcode": names, "Cluster": 1 + np.arange(cells) % 3}).to_csv(clusters, index=False)
    for number in range(2):
        path = folder / f"morphology_focus/morphology_focus_{number:04d}.ome.tif"
        pyramid(path, nuclei(xy, UM_PER_PIXEL), compression=compression)
    return folder


def stained(folder: Path, *, planar: bool = False, turn: float = 0.4) -> Path:
    """A stained slide for a Xenium folder: turned, shrunk, shifted, violet under each cell; with the matrix that takes it back."""
    xy = pd.read_csv(folder / "cells.csv.gz")[["x_centroid", "y_centroid"]].to_numpy() / UM_PER_PIXEL
    turned = 2.0 * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = np.eye(3)
    matrix[:2, :2], matrix[:2, 2] = turned, (120.0, -340.0)
    places = np.rint((xy - matrix[:2, 2]) @ np.linalg.inv(turned).T).astype(int)
    shift = places.min(axis=0) - 30
    matrix[:2, 2] += turned @ shift
    places -= shift
    pixels = np.full((*(places.max(axis=0) + 30)[::-1], 3), 240, np.uint8)
    for column, row in places:
        pixels[row - 2 : row + 3, column - 2 : column + 3] = (120, 60, 150)
    path = folder / "Xenium_one_he_image.ome.tif"
    with tifffile.TiffWriter(path, ome=True) as tif:
        given = {"photometric": "minisblack" if planar else "rgb", "tile": (64, 64)}
        for level in range(2):
            smaller = pixels[:: 2**level, :: 2**level]
            shape = (
                {"subifds": 1, "metadata": {"axes": "CYX" if planar else "YXS"}} if not level else {"subfiletype": 1}
            )
            tif.write(np.moveaxis(smaller, 2, 0) if planar else smaller, **shape, **given)
    np.savetxt(folder / "Xenium_one_he_imagealignment.csv", matrix, delimiter=",")
    return path


def nuclei(xy: np.ndarray, um_per_pixel: float, radius_um: float = 3.0) -> np.ndarray:
    """A dark picture with a bright disc under each cell; its top left corner is (0, 0) µm."""
    columns, rows = (int(end / um_per_pixel) + 60 for end in xy.max(axis=0))
    pixels = np.full((rows, columns), 40, np.uint16)
    reach = round(radius_um / um_per_pixel)
    disc = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1]) <= reach
    for x, y in np.rint(xy / um_per_pixel).astype(int):
        pixels[y - reach : y + reach + 1, x - reach : x + reach + 1][disc] = 3000
    return pixels


def visium(folder: Path, *, header: bool = True, um_per_pixel: float = 0.65, turn: float = 0.03) -> Path:
    """A slide of 14 × 20 spots, 100 µm apart, a little turned; the spots of the last rows lie beside the tissue."""
    rows, columns = (axis.ravel() for axis in np.mgrid[0:14, 0:20])
    columns = 2 * columns + rows % 2
    lattice = np.column_stack([columns * 50.0, rows * 50.0 * np.sqrt(3.0)])
    turned = lattice @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    pixels = turned / um_per_pixel + 200.0
    names = [f"{'ACGT'[n % 4]}{n:05d}-1" for n in range(len(rows))]
    under = (rows < 12).astype(int)
    data = [names, under, rows, columns, np.rint(pixels[:, 1]).astype(int), np.rint(pixels[:, 0]).astype(int)]
    heads = ["barcode", "in_tissue", "array_row", "array_col", "pxl_row_in_fullres", "pxl_col_in_fullres"]
    (folder / "spatial").mkdir(parents=True)
    table = pd.DataFrame(dict(zip(heads, data)))
    table.to_csv(
        folder / "spatial" / ("tissue_positions.csv" if header else "tissue_positions_list.csv"),
        index=False,
        header=header,
    )
    factors = {"spot_diameter_fullres": 65.0 / um_per_pixel, "tissue_hires_scalef": 0.25, "tissue_lowres_scalef": 0.05}
    (folder / "spatial/scalefactors_json.json").write_text(json.dumps(factors))
    hires = np.full((*(np.ceil(pixels.max(axis=0)[::-1] * 0.25).astype(int) + 20), 3), 230, np.uint8)
    for x, y in np.rint(pixels * 0.25).astype(int):
        hires[y - 3 : y + 4, x - 3 : x + 4] = (120, 60, 150)
    Image.fromarray(hires).save(folder / "spatial/tissue_hires_image.png")
    features = [(f"ENSG{number:011d}", name, "Gene Expression") for number, name in enumerate([*GENES, GENES[0]])]
    filtered = [name for name, inside in zip(names, under) if inside]
    feature_matrix(folder / "filtered_feature_bc_matrix.h5", counts(len(filtered), 9), filtered, features)
    feature_matrix(folder / "raw_feature_bc_matrix.h5", counts(len(names), 9), names, features)
    return folder


def visium_hd(folder: Path, sizes: tuple[int, ...] = (8, 16), um_per_pixel: float = 0.27) -> Path:
    """Square bins, their positions in Parquet."""
    for size in sizes:
        rows, columns = (axis.ravel() for axis in np.mgrid[0:12, 0:9])
        part = folder / f"binned_outputs/square_{size:03d}um"
        (part / "spatial").mkdir(parents=True)
        names = [f"s_{size:03d}um_{row:05d}_{column:05d}-1" for row, column in zip(rows, columns)]
        places = {"pxl_row_in_fullres": (rows + 0.5) * size / um_per_pixel}
        places["pxl_col_in_fullres"] = (columns + 0.5) * size / um_per_pixel
        table = {"barcode": names, "in_tissue": 1, "array_row": rows, "array_col": columns, **places}
        pd.DataFrame(table).to_parquet(part / "spatial/tissue_positions.parquet")
        factors = {"microns_per_pixel": um_per_pixel, "bin_size_um": float(size), "tissue_hires_scalef": 0.5}
        (part / "spatial/scalefactors_json.json").write_text(json.dumps(factors))
        features = [(f"ENSG{number:011d}", name, "Gene Expression") for number, name in enumerate(GENES)]
        feature_matrix(part / "filtered_feature_bc_matrix.h5", counts(len(names), 8), names, features)
    return folder


def merscope(folder: Path, cells: int = 50) -> Path:
    """Cells with 19-digit names; micrometres → pixels is a scale and a shift."""
    rng = np.random.default_rng(1)
    xy = rng.uniform(100, 300, (cells, 2))
    names = [str(1_234_567_890_123_456_700 + n) for n in range(cells)]
    (folder / "images").mkdir(parents=True)
    genes = [*GENES, "Blank-1", "Blank-20"]
    table = pd.DataFrame(counts(cells, len(genes)).toarray(), columns=genes, index=pd.Index(names, name="cell"))
    table.to_csv(folder / "cell_by_gene.csv")
    order = rng.permutation(cells)
    others = pd.DataFrame({"fov": 3, "volume": 500.0, "center_x": xy[:, 0], "center_y": xy[:, 1]}, index=names)
    others.index.name = "EntityID"
    others.iloc[order].to_csv(folder / "cell_metadata.csv")
    np.savetxt(folder / "images/micron_to_mosaic_pixel_transform.csv", [[4.0, 0, -300], [0, 4.0, -280], [0, 0, 1]])
    for plane in (0, 3, 6):
        pixels = nuclei(xy - (75.0, 70.0), 0.25) + plane
        tifffile.imwrite(folder / f"images/mosaic_DAPI_z{plane}.tif", pixels.astype(np.uint16))
    return folder


def cosmx(folder: Path, cells: int = 40) -> Path:
    """Two fields of view; the first row of each is what lies in no cell."""
    folder.mkdir(parents=True)
    fov, cell = np.repeat([1, 2], cells // 2), np.tile(np.arange(cells // 2), 2)
    genes = [*GENES, "NegPrb3", "SystemControl21"]
    table = pd.DataFrame(counts(cells, len(genes)).toarray(), columns=genes)
    table.insert(0, "fov", fov)
    table.insert(1, "cell_ID", cell)
    table.to_csv(folder / "slide_exprMat_file.csv.gz", index=False)
    rng = np.random.default_rng(2)
    places = {"CenterX_global_px": rng.uniform(0, 4000, cells), "CenterY_global_px": rng.uniform(0, 4000, cells)}
    table = pd.DataFrame({"fov": fov, "cell_ID": cell, "Area": 900, **places})
    table[table.cell_ID > 0].to_csv(folder / "slide_metadata_file.csv.gz", index=False)
    return folder


def composites(folder: Path, *, upward: bool = True) -> Path:
    """Pictures of the two fields of a CosMx folder, side by side, red under each cell; globally y may run upward, as it does."""
    from PIL import Image

    path, (width, height), rng = folder / "slide_metadata_file.csv.gz", (300, 200), np.random.default_rng(3)
    table = pd.read_csv(path)
    grid = np.stack(np.meshgrid(np.arange(6), np.arange(4)), axis=-1).reshape(-1, 2) * 45 + 30
    (folder / "CellComposite").mkdir()
    for field in (1, 2):
        own = table["fov"] == field
        places = (grid + rng.integers(-5, 6, grid.shape))[: own.sum()]
        table.loc[own, ["CenterX_local_px", "CenterY_local_px"]] = places
        table.loc[own, "CenterX_global_px"] = places[:, 0] + 5000 + 300 * field
        table.loc[own, "CenterY_global_px"] = -places[:, 1] + 9000 if upward else places[:, 1] + 9000
        pixels = np.full((height, width, 3), 20, np.uint8)
        for x, y in places:
            pixels[y - 6 : y + 7, x - 6 : x + 7] = (220, 30, 30)
        Image.fromarray(pixels).save(folder / f"CellComposite/CellComposite_F{field:03d}.jpg", quality=95)
    table.to_csv(path, index=False)
    return folder
