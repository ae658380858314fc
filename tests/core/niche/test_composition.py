"""Shares of types in groups, counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ripple_core.errors import DataError
from ripple_core.niche.composition import composition
from ripple_core.section import Section


def test_shares_are_those_counted_by_hand(section: Section) -> None:
    groups = np.array(["edge", "core"])[np.arange(len(section)) % 2]
    types = np.array(["A", "B", "C"])[np.arange(len(section)) % 3]
    whole = section.with_columns(pd.DataFrame({"niche": groups, "type": types}, index=section.cells))
    found = composition(whole, "niche", "type")
    for group in ("edge", "core"):
        for name in "ABC":
            expected = np.mean(types[groups == group] == name)
            assert found.loc[group, name] == pytest.approx(expected)


def test_a_missing_column_lists_those_there_are(section: Section) -> None:
    with pytest.raises(DataError, match="There are"):
        composition(section, "niche", "nothing")
