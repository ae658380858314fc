"""What cannot be used as a section, said in plain words: names, positions and counts are checked where they come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
from scipy import sparse

from ripple_core.counts import Extent, extent, extent_of
from ripple_core.errors import DataError, sentence
from ripple_core.positions import repeats

SECTION_KEYS = ("section", "sample", "slice", "library_id", "fov_section")
MAX_REPEATED_SHARE = 0.5
NAMES_AT_ONCE = 50_000


def check_anndata(adata: ad.AnnData) -> None:
    """Raise DataError, saying expected, found and the way out, unless ``adata`` can be used as a section."""
    check_cells(adata.obs, adata.var_names, adata.obsm)
    _check_counts(adata)


def check_cells(obs: pd.DataFrame, genes: pd.Index, obsm: Mapping[str, Any]) -> None:
    """The same of all but the counts: the table of cells, the names of genes, and positions."""
    if not len(obs) or not len(genes):
        raise DataError(sentence("at least one cell and one gene", f"{len(obs)} × {len(genes)}", "Check the file"))
    _check_names(obs.index, "cell", "obs_names_make_unique()")
    _check_names(genes, "gene", "var_names_make_unique(), or drop the repeats")
    _check_xy(obs, obsm)


def _check_names(names: pd.Index, what: str, way_out: str) -> None:
    if are_unique(names):
        return
    repeated = names[names.duplicated()]
    if len(repeated):
        some = ", ".join(map(str, repeated.unique()[:3]))
        raise DataError(
            sentence(
                f"every {what} name once", f"{len(repeated)} repeated ({some} …)", f"Make them unique with {way_out}"
            )
        )


def are_unique(names: pd.Index) -> bool:
    """Whether no name comes twice, as ``names.is_unique``, but by their hashes, so that other threads go on meanwhile.

    Two names with one hash among millions are as likely as a broken disk; they would only make the answer False.
    """
    if len(names) <= NAMES_AT_ONCE:
        return bool(names.is_unique)
    values = names.to_numpy(dtype=object)
    starts = range(0, len(values), NAMES_AT_ONCE)
    hashes = [pd.util.hash_array(values[start : start + NAMES_AT_ONCE], categorize=False) for start in starts]
    return len(np.unique(np.concatenate(hashes))) == len(values)


def _check_xy(obs: pd.DataFrame, obsm: Mapping[str, Any]) -> None:
    if "spatial" not in obsm:
        found = f"obsm with {list(obsm) or 'nothing'}"
        raise DataError(sentence("positions in obsm['spatial']", found, "Store (x, y) in µm there, one row a cell"))
    xy = np.asarray(obsm["spatial"])
    if xy.ndim != 2 or xy.shape[1] < 2 or not np.issubdtype(xy.dtype, np.number):
        raise DataError(
            sentence(
                "two numeric columns (x, y) in obsm['spatial']", f"shape {xy.shape}, {xy.dtype}", "Store (x, y) in µm"
            )
        )
    bad = int((~np.isfinite(xy[:, :2])).any(axis=1).sum())
    if bad:
        raise DataError(
            sentence(
                "a finite position for every cell", f"{bad} cells without one (NaN or infinite)", "Remove these cells"
            )
        )
    _check_positions_differ(obs, xy[:, :2])


def _check_positions_differ(obs: pd.DataFrame, xy: np.ndarray) -> None:
    """Refuse positions that were never filled in; a few repeats are real (overlapping segmentations) and become a note."""
    repeated = int(repeats(xy, section_labels(obs)).sum())
    if repeated > MAX_REPEATED_SHARE * len(xy):
        found = f"{repeated} of {len(xy)} that share their position with another"
        raise DataError(
            sentence("every cell of a section at its own position", found, "Check that obsm['spatial'] is filled")
        )


def section_labels(obs: pd.DataFrame) -> np.ndarray | None:
    """The section (cells,) of each cell, where a column tells sections apart."""
    key = section_key(obs)
    return None if key is None else obs[key].astype(str).to_numpy()


def section_key(obs: pd.DataFrame) -> str | None:
    """The usual column that tells sections apart, or None; a column without any value tells nothing."""
    return next((key for key in SECTION_KEYS if key in obs and obs[key].notna().any()), None)


def _check_counts(adata: ad.AnnData) -> None:
    values = adata.X.data if sparse.issparse(adata.X) else adata.X
    if values is None or not np.issubdtype(np.asarray(values).dtype, np.number):
        raise DataError(sentence("raw counts in X", "no numbers", "Store the raw counts in X"))
    found = extent(values)
    check_extent(found)
    check_some(found.highest)


def check_some(highest: float) -> None:
    """Raise DataError where nothing was counted at all: ``highest`` is the largest count."""
    if highest <= 0:
        found = "only zeros"
        raise DataError(sentence("raw counts in X", found, "Check that X, or the layer named by --layer, is filled"))


def check_extent(found: Extent) -> None:
    """Raise DataError unless values are counts: finite, not negative, whole."""
    if not found.is_finite:
        raise DataError(sentence("raw counts in X", "NaN or infinite values", "Store the raw counts in X"))
    if found.lowest < 0:
        raise DataError(sentence("raw counts in X", f"negative values (lowest {found.lowest:.3g})", _COUNTS_WAY_OUT))
    if found.whole < 1:
        share = 1 - found.whole
        raise DataError(
            sentence("raw counts (whole numbers) in X", f"{share:.0%} of the values with decimals", _COUNTS_WAY_OUT)
        )


_COUNTS_WAY_OUT = "Put the raw counts in X, for instance adata.X = adata.layers['counts'], or pass --layer counts"


def expression_space(adata: ad.AnnData) -> str:
    """Guess what X holds: ``counts``, ``log-normalised``, ``z-scored`` or ``normalised``."""
    return extent_of(adata.X).space
