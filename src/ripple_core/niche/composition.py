"""What groups of cells are made of: the share of each cell type in each niche."""

from __future__ import annotations

import pandas as pd

from ripple_core.errors import DataError, among
from ripple_core.section import Section


def composition(section: Section, groups: str, types: str) -> pd.DataFrame:
    """Share (groups, types), 0 to 1, of each type among the cells of each group; rows sum to 1.

    ``groups`` and ``types`` are columns of obs; DataError where one is missing. Cells without a type are left out.
    """
    missing = [key for key in (groups, types) if key not in section.obs]
    if missing:
        raise DataError(among("columns of the cell table", f"no {' and no '.join(missing)}", section.obs.columns))
    rows, columns = (pd.Series(section.obs[key].astype("category").array) for key in (groups, types))
    return pd.crosstab(rows, columns, dropna=True, normalize="index")
