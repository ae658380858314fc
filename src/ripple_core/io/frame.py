"""A stored table of cells, read a piece at a time: a million names in one go would keep every other thread waiting."""

from __future__ import annotations

from typing import Any

import anndata as ad
import h5py
import numpy as np
import pandas as pd

NAMES_AT_ONCE = 50_000


def read(stored: Any) -> pd.DataFrame:
    """The table as anndata reads it, ``obs`` or ``var`` of an open file or store."""
    if not isinstance(stored, h5py.Group) or stored.attrs.get("encoding-type") != "dataframe":
        return pd.DataFrame(ad.io.read_elem(stored))
    index = str(stored.attrs["_index"])
    order = [str(name) for name in stored.attrs["column-order"]]
    columns = {name: _column(stored[name]) for name in order}
    table = pd.DataFrame(columns, index=pd.Index(_column(stored[index])), columns=order or None)
    if index != "_index":
        table.index.name = index
    return table


def _column(stored: Any) -> Any:
    """One column; text piece by piece."""
    is_text = (
        isinstance(stored, h5py.Dataset) and stored.ndim == 1 and h5py.check_string_dtype(stored.dtype) is not None
    )
    if not is_text or len(stored) <= NAMES_AT_ONCE:
        return ad.io.read_elem(stored)
    text, found = stored.asstr(), np.empty(len(stored), dtype=object)
    for start in range(0, len(found), NAMES_AT_ONCE):
        found[start : start + NAMES_AT_ONCE] = text[start : start + NAMES_AT_ONCE]
    return found
