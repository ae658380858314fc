"""Positions of cells: in which unit they are, which are repeated, how far apart neighbours are, and which lie together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

PLAUSIBLE_NEAREST_UM = (1.0, 300.0)
CELL_PITCH_UM = 10.0
LATTICE = ("array_row", "array_col")
"""Columns of a table of Visium spots, as Space Ranger and scanpy name them: the place in the lattice of triangles."""
SPOT_PITCH_UM = 100.0
"""From the middle of a Visium spot to that of the next."""
BY_LATTICE, BY_BINS = "the lattice of Visium spots", "the size of Visium HD's bins"
BIN_FACTORS = ("microns_per_pixel", "bin_size_um")
LEAST_SPOTS, LATTICE_OFF, SAME_SCALE = 10, 0.1, 0.03
"""A lattice is one where so many spots lie within a tenth of the pitch (root mean square); scales of sections may differ by 3 %."""
EXACT_CELLS, SAMPLED_CELLS = 50_000, 20_000
"""Of more cells than the first the distance to the nearest is taken of a sample; reports say so."""


@dataclass(frozen=True)
class Bins:
    """Square bins of Visium HD, as a file's scale factors tell: µm of a pixel of the full picture, and of a bin's side."""

    um_per_pixel: float
    side_um: float

    @classmethod
    def told_by(cls, libraries: Any) -> Bins | None:
        """Those of ``uns['spatial']`` (library → ``scalefactors``); None where it tells of none, or of several kinds."""
        found = set()
        for content in libraries.values() if isinstance(libraries, Mapping) else ():
            factors = content.get("scalefactors", {}) if isinstance(content, Mapping) else {}
            told = [factors.get(name) for name in BIN_FACTORS] if isinstance(factors, Mapping) else [None]
            found.add(None if None in told else cls(*(float(np.asarray(value)) for value in told)))
        one = found.pop() if len(found) == 1 else None
        return one if one is not None and one.um_per_pixel > 0 and one.side_um > 0 else None

    def um_per_unit(self, xy: np.ndarray) -> float | None:
        """µm per unit of the bins' middles (bins, 2), if they are pixels; None where they lie otherwise apart than pixels would."""
        apart = nearest(xy) * self.um_per_pixel
        return self.um_per_pixel if abs(apart / self.side_um - 1.0) < LATTICE_OFF else None


def nearest(xy: np.ndarray) -> float:
    """Median distance from a position (cells, 2) to its nearest other one, in the positions' own unit.

    Of more than 50,000 cells 20,000, chosen evenly, stand for all; their neighbours are looked for among all.
    """
    if len(xy) < 2:
        return 0.0
    if len(xy) <= EXACT_CELLS:
        return float(np.median(cKDTree(xy).query(xy, k=2)[0][:, 1]))
    tree = cKDTree(xy, balanced_tree=False, compact_nodes=False)
    asked = xy[np.random.default_rng(0).choice(len(xy), SAMPLED_CELLS, replace=False)]
    return float(np.median(tree.query(asked, k=2)[0][:, 1]))


def is_sampled(cells: int) -> bool:
    """Whether :func:`nearest` asks only some of so many cells."""
    return cells > EXACT_CELLS


def repeats(xy: np.ndarray, sections: np.ndarray | None = None) -> np.ndarray:
    """Which positions (cells, 2) are those of an earlier cell, as a mask (cells,).

    ``sections`` (cells,) names the section of each cell; sections of one file may overlap.
    """
    if sections is None:
        return _repeats(xy)
    found = np.zeros(len(xy), dtype=bool)
    codes = pd.factorize(sections)[0]
    for code in range(codes.max(initial=-1) + 1):
        rows = np.flatnonzero(codes == code)
        found[rows] = _repeats(xy[rows])
    return found


def in_micrometres(
    xy: np.ndarray,
    repeated: np.ndarray,
    *,
    is_stated: bool,
    obs: pd.DataFrame | None = None,
    sections: np.ndarray | None = None,
    bins: Bins | None = None,
) -> tuple[np.ndarray, list[str]]:
    """Positions (cells, 2), float64, in µm, and what was assumed to get them, one sentence each.

    ``repeated`` is what :func:`repeats` found; ``is_stated`` says that the file names the unit. Where it does not, and ``obs`` says
    where Visium spots stand in their lattice, the lattice tells the unit: such files hold pixels of the slide's picture. So do
    files of ``bins``.
    """
    xy = np.array(xy, dtype=np.float64)
    notes: list[str] = []
    count = int(repeated.sum())
    if count:
        notes.append(f"{count} cells share their position with another cell; they are kept as they are.")
    if is_stated:
        return xy, notes
    told, by = (None if obs is None else _by_lattice(xy, obs, sections)), BY_LATTICE
    if told is None and bins is not None:
        told, by = bins.um_per_unit(xy), BY_BINS
    if told is not None:
        if np.any(np.abs(np.asarray(told) - 1.0) > SAME_SCALE):
            xy *= told
            notes.append(f"The positions are pixels of {_sizes(told)}, as {by} tells; they were turned into µm.")
        return xy, notes
    unique = xy[~_repeats(xy)]
    if len(unique) < 3:
        return xy, notes
    apart = nearest(unique)
    low, high = PLAUSIBLE_NEAREST_UM
    if not low <= apart <= high:
        xy *= CELL_PITCH_UM / apart
        notes.append(
            f"The unit of the positions is unknown (nearest cells are {apart:.3g} apart); "
            f"they were scaled so that nearest cells are {CELL_PITCH_UM:g} µm apart."
        )
    return xy, notes


def um_per_unit(lattice: np.ndarray, xy: np.ndarray) -> float | None:
    """µm per unit of the positions (spots, 2) of Visium spots of one slide; None where they do not fit their lattice.

    ``lattice`` (spots, 2) holds row and column: neighbours in a row are two columns apart, and 100 µm.
    """
    if len(lattice) < LEAST_SPOTS or not np.isfinite(lattice).all() or (lattice.sum(axis=1) % 2).any():
        return None
    place_um = lattice[:, ::-1] * (SPOT_PITCH_UM / 2) * (1.0, np.sqrt(3.0))
    design = np.column_stack([place_um, np.ones(len(lattice))])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    fit = np.linalg.lstsq(design, xy, rcond=None)[0]
    units_per_um = float(np.sqrt(abs(np.linalg.det(fit[:2]))))
    off = float(np.sqrt(((design @ fit - xy) ** 2).sum(axis=1).mean()))
    if not units_per_um > 0 or off > LATTICE_OFF * SPOT_PITCH_UM * units_per_um:
        return None
    return 1.0 / units_per_um


def _sizes(um: float | np.ndarray) -> str:
    """The size of a pixel in words, or the least and the greatest of several slides.

    >>> _sizes(0.5), _sizes(np.array([[0.35], [0.65]]))
    ('0.5 µm', '0.35 to 0.65 µm, each slide its own')
    """
    least, greatest = float(np.min(um)), float(np.max(um))
    return f"{least:.3g} µm" if least == greatest else f"{least:.3g} to {greatest:.3g} µm, each slide its own"


def _by_lattice(xy: np.ndarray, obs: pd.DataFrame, sections: np.ndarray | None) -> float | np.ndarray | None:
    """µm per unit that every section's lattice of spots tells; of slides of unlike scale (spots, 1); None where one has no lattice."""
    if not all(name in obs and pd.api.types.is_numeric_dtype(obs[name]) for name in LATTICE):
        return None
    lattice = obs[list(LATTICE)].to_numpy(dtype=np.float64)
    codes = np.zeros(len(xy), dtype=np.int64) if sections is None else pd.factorize(sections)[0]
    kinds, place = np.unique(codes, return_inverse=True)
    found = [um_per_unit(lattice[codes == code], xy[codes == code]) for code in kinds]
    known = [scale for scale in found if scale is not None]
    if len(known) < len(found) or not known:
        return None
    if max(known) <= (1 + SAME_SCALE) * min(known):
        return float(np.median(known))
    return np.array(known)[place][:, None]


def tiles(xy: np.ndarray, rows: np.ndarray, size: int) -> list[np.ndarray]:
    """Rows of positions (cells, 2) in compact groups of at most ``size``: halved along the longer side, again and again."""
    if len(rows) <= size:
        return [rows]
    axis = np.ptp(xy[rows], axis=0).argmax()
    ordered = rows[np.argsort(xy[rows, axis], kind="stable")]
    half = len(ordered) // 2
    return tiles(xy, ordered[:half], size) + tiles(xy, ordered[half:], size)


def _repeats(xy: np.ndarray) -> np.ndarray:
    x, y = (xy[:, axis].astype(np.float64) + 0.0 for axis in (0, 1))  # -0.0 becomes 0.0
    return pd.Series(x + 1j * y).duplicated().to_numpy()
