"""Pictures in TIFF files, also larger than the memory: every level of the pyramid is read tile by tile, when it is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ripple_core.errors import DataError, sentence
from ripple_core.io import picture
from ripple_core.io.picture import TissueImage

COLORS = (3, 4)
LARGE, STEPS = 4096, (8, 4)
"""A file without a pyramid and with more pixels a side gets levels in memory, each by so many times smaller."""
INSTALL = "Install it: pip install 'napari-ripple[vendors]'"


def stain(path: Path, library: str, kind: str, to_um: np.ndarray, *, is_shown: bool = True) -> TissueImage:
    """The picture of a TIFF or OME-TIFF file, its pixels left where they are; DataError for one that cannot be read."""
    try:
        levels = _levels(path)
        smallest = np.asarray(levels[-1])
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise _unreadable(path, error) from None
    limits = None if smallest.ndim == 3 else picture.limits(smallest)
    return TissueImage(library, kind, levels[0], to_um, tuple(levels[1:]), limits, is_shown)


def _levels(path: Path) -> list[Any]:
    """The picture in every size that the file holds, largest first; the smallest is read at once."""
    import tifffile

    file = tifffile.TiffFile(path, _multifile=False)
    page = file.pages.first
    if page.subifds:
        stores = [page.aszarr(), *(one.aszarr() for one in page.pages or ())]
    elif len(file.series[0].levels) > 1:
        stores = [file.series[0].aszarr(level=number) for number in range(len(file.series[0].levels))]
    else:
        stores = [page.aszarr()]
    levels = [_lazy(store) for store in stores]
    if len(levels) == 1 and max(levels[0].shape[:2]) > LARGE:
        levels += _overviews(levels[0])
    return levels


def _lazy(store: Any) -> Any:
    """A level as dask array (rows, columns) or (rows, columns, colours); DataError for other shapes."""
    import dask.array as da
    import zarr

    array = da.from_zarr(zarr.open(store, mode="r"))
    if array.ndim == 3 and array.shape[0] in COLORS and array.shape[2] not in COLORS:
        array = da.moveaxis(array, 0, 2).rechunk({2: -1})
    if array.ndim == 2 or (array.ndim == 3 and array.shape[2] in COLORS):
        return array
    raise ValueError(f"its shape is {array.shape}")


def _overviews(full: Any) -> list[np.ndarray]:
    """Smaller copies in memory: every eighth pixel, and every fourth of these; the file is read once, band by band."""
    step, rows = STEPS[0], full.chunks[0]
    band = int(np.ceil(max(rows[0], 512) / rows[0]) * rows[0])
    bands, start = [], 0
    for first in range(0, full.shape[0], band):
        bands.append(np.asarray(full[first : first + band])[start::step, ::step].copy())
        start = (start - band) % step
    overview = np.concatenate(bands)
    return [overview, overview[:: STEPS[1], :: STEPS[1]]]


def _unreadable(path: Path, error: Exception) -> DataError:
    reason = (str(error).strip().splitlines() or ["no reason given"])[0]
    if "imagecodecs" in str(error):
        return DataError(sentence(f"the package imagecodecs to show {path.name}", "none", INSTALL))
    found = f"{path.name}, which cannot be shown ({reason})"
    return DataError(sentence("a picture of the tissue", found, "Copy the file again"))
