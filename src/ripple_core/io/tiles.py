"""Pictures in TIFF files, also larger than the memory: every level of the pyramid is read tile by tile, when it is looked at."""

from __future__ import annotations

from collections.abc import Callable
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
    """The first picture of a TIFF or OME-TIFF file, its pixels left where they are; DataError for one that cannot be read."""
    return _image(path, library, kind, to_um, _of_page, is_shown=is_shown)


def slide(path: Path, library: str, kind: str, to_um: np.ndarray, *, is_shown: bool = True) -> TissueImage:
    """The same of a file whose colours may be pictures of their own, as those of a stained slide in some OME-TIFF files are."""
    return _image(path, library, kind, to_um, _of_series, is_shown=is_shown)


def _image(
    path: Path, library: str, kind: str, to_um: np.ndarray, stores_of: Callable[[Any], list[Any]], *, is_shown: bool
) -> TissueImage:
    try:
        levels = _levels(path, stores_of)
        smallest = np.asarray(levels[-1])
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise _unreadable(path, error) from None
    limits = None if smallest.ndim == 3 else picture.limits(smallest)
    return TissueImage(library, kind, levels[0], to_um, tuple(levels[1:]), limits, is_shown)


def _levels(path: Path, stores_of: Callable[[Any], list[Any]]) -> list[Any]:
    """The picture in every size that the file holds, largest first; the smallest is read at once."""
    import tifffile

    levels = [_lazy(store) for store in stores_of(tifffile.TiffFile(path, _multifile=False))]
    if len(levels) == 1 and max(levels[0].shape[:2]) > LARGE:
        levels += _overviews(levels[0])
    return levels


def _of_page(file: Any) -> list[Any]:
    """The levels of the first page alone: other channels may lie in other files, which napari would be told of too."""
    page = file.pages.first
    if page.subifds:
        return [page.aszarr(), *(one.aszarr() for one in page.pages or ())]
    return _of_series(file) if len(file.series[0].levels) > 1 else [page.aszarr()]


def _of_series(file: Any) -> list[Any]:
    """The levels of the first picture, all its colours together."""
    return [file.series[0].aszarr(level=number) for number in range(len(file.series[0].levels))]


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
