"""What an edit would do, beside the same edit applied to the whole expression of the section."""

import numpy as np
import pytest

from ripple_core.perturb.editing import edits
from ripple_core.perturb.editing.preview import preview


def test_a_preview_is_what_the_edit_does_to_the_means(section):
    rows = np.arange(12)
    genes = [str(gene) for gene in section.genes[:2]]
    scale = np.full(len(section), 2.0)
    found = preview(
        section, scale, None, rows, [edits.knockout([genes[0]]), edits.Edit(kind="add", genes={genes[1]: 0.5})]
    )
    table = found.table.set_index("gene")
    before = np.log1p(section.counts[rows].toarray() * 2.0).mean(axis=0)
    assert table["before"].to_dict() == pytest.approx({gene: before[i] for i, gene in enumerate(genes)}, rel=1e-5)
    assert table.loc[genes[0], "after"] == 0.0
    assert table.loc[genes[1], "change"] == pytest.approx(0.5, abs=1e-5)
    assert list(found.table["change"].abs()) == sorted(found.table["change"].abs(), reverse=True)
    assert (found.token_flips, found.out_of_range) == (None, None)


def test_genes_that_are_not_there_are_named(section):
    known = str(section.genes[0])
    found = preview(section, np.ones(len(section)), None, np.arange(3), [edits.knockout([known, "Nobody"])])
    assert found.missing == ("Nobody",)
    assert list(found.table["gene"]) == [known]
