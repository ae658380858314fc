"""Cut-offs against one by one reading of the rows."""

import itertools

import numpy as np
import pandas as pd
import pytest

from ripple_core.errors import DataError
from ripple_core.genesets.cuts import Cuts, passing

TABLE = pd.DataFrame(
    {"gene": list("ABCDEF"), "lfc": [2.0, -1.0, 0.0, np.nan, 0.4, -3.0], "padj": [0.01, 0.2, 0.0, 0.0, 0.04, np.nan]}
)


def slow(table, cuts):
    """Row by row."""
    kept = []
    for i, row in table.iterrows():
        ok = np.isfinite(row["lfc"]) and row["lfc"] != 0 and abs(row["lfc"]) >= cuts.min_abs_lfc
        ok &= {"both": True, "up": row["lfc"] > 0, "down": row["lfc"] < 0}[cuts.direction]
        if cuts.max_padj is not None and cuts.max_padj < 1:
            ok &= bool(row["padj"] <= cuts.max_padj)
        if ok:
            kept.append((-abs(row["lfc"]), i))
    return sorted(i for _, i in sorted(kept)[: cuts.top])


@pytest.mark.parametrize("direction", ["both", "up", "down"])
@pytest.mark.parametrize(("least", "most", "top"), itertools.product([0.0, 0.5], [0.05, 1.0, None], [None, 1, 2]))
def test_what_passes(direction, least, most, top):
    cuts = Cuts(direction=direction, min_abs_lfc=least, max_padj=most, top=top)
    assert np.flatnonzero(passing(TABLE, cuts)).tolist() == slow(TABLE, cuts)


def test_a_table_without_p_keeps_all_and_bad_cut_offs_are_refused():
    assert passing(TABLE.drop(columns="padj"), Cuts()).sum() == 4
    with pytest.raises(DataError, match="max_padj"):
        Cuts(max_padj=2)
