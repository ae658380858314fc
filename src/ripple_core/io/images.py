"""Pictures of the tissue that a file or a folder brings along, placed in the section's µm."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np

from ripple_core.io import picture, spatial_store, store, vendors
from ripple_core.io.picture import TissueImage

KINDS = ("hires", "lowres")
"""Of a library's images the first of these that is there."""
LEAST_INSIDE = 0.5


def of_file(
    path: Path, xy: np.ndarray, xy_um: np.ndarray, name: str = "", sections: np.ndarray | None = None
) -> tuple[TissueImage, ...]:
    """The images beside the cells, see :func:`beside`, or those in ``uns['spatial']``; see :func:`placed`."""
    found = beside(path, xy, xy_um, name)
    if found or vendors.find(path) is not None:
        return found
    with store.opened(path) as root:
        uns = root.get("uns", {})
        return placed(ad.io.read_elem(uns["spatial"]), xy, xy_um, sections) if "spatial" in uns else ()


def beside(path: Path, xy: np.ndarray, xy_um: np.ndarray, name: str) -> tuple[TissueImage, ...]:
    """The images that lie beside the cells of a vendor's folder or a SpatialData, not read yet; none for other paths.

    Parameters
    ----------
    xy, xy_um
        Positions (cells, 2) as the file has them, and as the section has them.
    name
        Of the section, by which the images are named.
    """
    found = vendors.find(path)
    if found is not None:
        vendor, folder = found
        return vendor.images(folder, name)
    if store.is_zarr(path):
        xy = np.asarray(xy, dtype=np.float64)[:, :2]
        return spatial_store.images(path, xy, name, _um_per_unit(xy, xy_um))
    return ()


def of_section(images: tuple[TissueImage, ...], section: str) -> tuple[TissueImage, ...]:
    """Those of a file's images that are of a section: the library of its name, or the only one."""
    named = tuple(image for image in images if image.library == section)
    return named or (images if len(images) == 1 else ())


def placed(
    libraries: Any, xy: np.ndarray, xy_um: np.ndarray, sections: np.ndarray | None = None
) -> tuple[TissueImage, ...]:
    """The images of ``uns['spatial']``: library → ``images`` and ``scalefactors``.

    An image's scale factor takes positions as the file has them, in pixels of the full image, to its own pixels. Images under
    which fewer than half of the cells would lie are left out: there the positions are not those pixels.

    Parameters
    ----------
    xy, xy_um
        Positions (cells, 2) as the file has them, and as the section has them.
    sections
        Name of each cell's section (cells,); a library of the same name lies under these cells, any other one under all.
    """
    if not isinstance(libraries, Mapping) or len(xy) < 2:
        return ()
    found = []
    for library, content in libraries.items():
        own = slice(None) if sections is None or (sections == library).sum() < 2 else sections == library
        um_per_unit = _um_per_unit(np.asarray(xy, dtype=np.float64)[own, :2], xy_um[own])
        images, factors = (
            content.get(name, {}) if isinstance(content, Mapping) else {} for name in ("images", "scalefactors")
        )
        kind = next((kind for kind in (*KINDS, *images) if kind in images), None)
        factor = None if kind is None else factors.get(f"tissue_{kind}_scalef")
        if factor is None or not np.isfinite(float(factor)) or float(factor) <= 0:
            continue
        pixels = np.asarray(images[kind])
        image = TissueImage(str(library), str(kind), pixels, picture.scaling(um_per_unit / float(factor)))
        if _is_picture(pixels) and _share_inside(image, xy_um[own]) >= LEAST_INSIDE:
            found.append(image)
    return tuple(found)


def _um_per_unit(xy: np.ndarray, xy_um: np.ndarray) -> float:
    """By how much the positions were scaled when they became µm."""
    extent = np.ptp(xy, axis=0)
    axis = int(np.argmax(extent))
    return float(np.ptp(xy_um[:, axis]) / extent[axis]) if extent[axis] > 0 else 1.0


def _is_picture(pixels: np.ndarray) -> bool:
    return pixels.dtype.kind in "uif" and (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (3, 4)))


def _share_inside(image: TissueImage, xy_um: np.ndarray) -> float:
    """Share of the cells that lie on an image."""
    rows, columns = image.pixels.shape[:2]
    inside = (xy_um >= 0) & (xy_um <= np.array([columns, rows]) * image.um_per_pixel)
    return float(inside.all(axis=1).mean())
