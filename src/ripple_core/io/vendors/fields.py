"""Pictures of single fields of view, each laid by the cells that are seen in it, put together as one picture of the tissue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ripple_core.errors import DataError, sentence
from ripple_core.io.picture import TissueImage
from ripple_core.io.vendors import layout

MOST_PX = 4096
"""The longer side of the whole picture; fields are made smaller by a whole number until it is no longer."""
FEWEST_CELLS, TOLERANCE = 3, 0.05
NUMBER = re.compile(r"_F(\d+)\.\w+$", re.IGNORECASE)


@dataclass(frozen=True)
class Laid:
    """How a field lies: pixel = ``sign`` · (pixel in its own picture) + ``shift``, each (2,) for x and y."""

    sign: np.ndarray
    shift: np.ndarray

    @classmethod
    def by_cells(cls, inside: np.ndarray, whole: np.ndarray) -> Laid | None:
        """From where cells lie in the field and on the slide (cells, 2), in pixels; None where they do not tell."""
        if len(inside) < FEWEST_CELLS or not (np.ptp(inside, axis=0) > 0).all():
            return None
        slope = np.array([np.polyfit(inside[:, axis], whole[:, axis], 1)[0] for axis in (0, 1)])
        sign = np.sign(slope)
        if (np.abs(np.abs(slope) - 1.0) > TOLERANCE).any():
            return None
        return cls(sign, np.median(whole - sign * inside, axis=0))

    def least(self, size: np.ndarray) -> np.ndarray:
        """The corner (2,) of least x and y of a picture so large (width, height)."""
        return self.shift + np.where(self.sign < 0, 1 - size, 0)


def by_number(paths: Iterable[Path]) -> dict[str, Path]:
    """Pictures by the number of their field, as tables write it: ``…_F007.jpg`` is field 7."""
    found = {}
    for path in sorted(paths):
        number = NUMBER.search(path.name)
        if number is not None and not path.name.startswith("._"):
            found[str(int(number.group(1)))] = path
    return found


def laid(table: pd.DataFrame, number: str, inside: Sequence[str], whole: Sequence[str]) -> dict[str, Laid]:
    """How each field lies, by its number, from a table of cells; fields whose cells do not tell are left out."""
    found = {}
    for field, cells in table.groupby(number):
        one = Laid.by_cells(cells[list(inside)].to_numpy(float), cells[list(whole)].to_numpy(float))
        if one is not None:
            found[str(field)] = one
    return found


def joined(
    pictures: dict[str, Path], places: dict[str, Laid], library: str, kind: str, um_per_pixel: float
) -> tuple[TissueImage, ...]:
    """One picture of all fields that are laid, black between them; none where no field is."""
    sizes = {field: _size(path) for field, path in pictures.items() if field in places}
    if not sizes:
        return ()
    corners = np.array([places[field].least(size) for field, size in sizes.items()])
    first, last = corners.min(axis=0), (corners + list(sizes.values())).max(axis=0)
    step = int(np.ceil((last - first).max() / MOST_PX))
    columns, rows = np.ceil((last - first) / step).astype(int)
    pixels = np.zeros((rows, columns, 3), dtype=np.uint8)
    for (field, size), corner in zip(sizes.items(), corners, strict=True):
        one = _smaller(pictures[field], np.maximum(size // step, 1))[
            :: int(places[field].sign[1]), :: int(places[field].sign[0])
        ]
        left, top = np.rint((corner - first) / step).astype(int)
        part = pixels[top : top + len(one), left : left + one.shape[1]]
        part[...] = one[: part.shape[0], : part.shape[1]]
    to_um = np.diag([step * um_per_pixel, step * um_per_pixel, 1.0])
    to_um[:2, 2] = um_per_pixel * (first + (step - 1) / 2)
    return (TissueImage(library, kind, pixels, to_um),)


def _size(path: Path) -> np.ndarray:
    """Width and height (2,) of a picture, which is not read."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            return np.array(image.size)
    except (OSError, Image.DecompressionBombError) as error:
        raise _unreadable(path, error) from None


def _smaller(path: Path, size: np.ndarray) -> np.ndarray:
    """A picture's colours (rows, columns, 3) in so many pixels (width, height); a JPEG is read no finer than that needs."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            image.draft("RGB", (int(size[0]), int(size[1])))
            return np.asarray(image.convert("RGB").resize((int(size[0]), int(size[1])), Image.Resampling.BOX))
    except (OSError, Image.DecompressionBombError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> DataError:
    found = f"{path.name}, which cannot be shown ({error})"
    return DataError(sentence("the picture of a field of view", found, layout.WAY_OUT))
