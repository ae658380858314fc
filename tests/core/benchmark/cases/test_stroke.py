"""The halves of the stroke genes are apart, and what is missing is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ripple_core.benchmark.cases import stroke
from ripple_core.benchmark.task import Options


@pytest.fixture
def options(tmp_path, section) -> Options:
    """A table of the section's genes, two of them not significant."""
    genes = [str(gene).upper() for gene in section.genes[:20]]
    lfc = np.linspace(-3, 9, 20)
    table = pd.DataFrame({"gene": genes, "avg_logFC": lfc, "p_val_adj": [0.5, 0.5, *[0.001] * 18]})
    table.to_csv(tmp_path / stroke.FILE, index=False)
    return Options(data=str(tmp_path), quick=True)


def test_what_is_edited_is_not_looked_at(options, section) -> None:
    found = list(stroke.cases("made", [section], options))
    assert len(found) == 4
    for case in found:
        assert not {gene.casefold() for gene in case.edit.genes} & set(case.expected)
        assert len(case.edit.genes) + len(case.expected) == 18
        assert max(case.edit.genes.values()) <= stroke.STRONGEST
    assert set(found[0].expected) == {gene.casefold() for gene in found[1].edit.genes}


def test_what_is_missing_is_said(tmp_path, options) -> None:
    assert stroke.here(Options())[0] == []
    here, lines = stroke.here(options)
    assert here == []
    assert len(lines) == 2
