"""Two results side by side: the difference against a loop by names, what only one has, and what is noise."""

from __future__ import annotations

import numpy as np
import pytest

from ripple_core.errors import DataError
from ripple_core.perturb.editing import edits
from ripple_core.perturb.reading.compare import compare, sentences
from ripple_core.perturb.run import perturb
from ripple_core.roi import Roi

HERE, BESIDE = Roi.circle((120, 120), 40), Roi.circle((150, 120), 40)


@pytest.fixture(scope="module")
def pair(gest, section):
    """Two edits in regions that overlap, so that some cells are of one alone."""
    one = perturb(section, gest, HERE, edits.knockout(list(section.genes[:3])), zone_um=50, null=4)
    other = perturb(section, gest, BESIDE, edits.overexpress(list(section.genes[2:5])), zone_um=40, null=4)
    return one, other


def by_name(result) -> dict[tuple[str, str], float]:
    """Response by cell and gene, of regenerated cells."""
    rows = np.flatnonzero(result.obs["ripple_role"] == "regenerated")
    genes = enumerate(result.var_names)
    columns = [(column, gene) for column, gene in genes if result.var["ripple_in_model"].iloc[column]]
    return {(result.obs_names[r], gene): float(result.layers["response"][r, c]) for r in rows for c, gene in columns}


def test_differences_are_those_of_a_loop_by_names(pair) -> None:
    found = compare(*pair)
    one, other = map(by_name, pair)
    cells = [{cell for cell, _ in side} for side in (one, other)]
    shared = cells[0] & cells[1]
    assert set(found.cells) == shared
    assert found.only == (len(cells[0] - shared), len(cells[1] - shared))
    assert min(found.only) > 0
    assert sorted(found.table["difference"].abs(), reverse=True) == list(found.table["difference"].abs())
    for gene, difference, a in found.table[["gene", "difference", "a"]].itertuples(index=False):
        values = [[side[cell, gene] for cell in shared] for side in (one, other)]
        assert a == pytest.approx(np.mean(values[0]), abs=1e-6)
        assert difference == pytest.approx(np.mean(values[0]) - np.mean(values[1]), abs=1e-6)


def test_edited_genes_are_marked_and_left_out_of_the_correlation(pair, section) -> None:
    found = compare(*pair)
    marks = found.table.set_index("gene")["edited"]
    assert [marks[gene] for gene in section.genes[:5]] == ["A", "A", "A, B", "B", "B"]
    free = found.table[found.table["edited"] == ""]
    assert found.pearson == pytest.approx(np.corrcoef(free["a"], free["b"])[0, 1], abs=1e-4)


def test_a_result_beside_itself_differs_nowhere(pair) -> None:
    found = compare(pair[0], pair[0])
    assert (found.only, found.differs, found.beyond_noise) == ((0, 0), (), 0)
    assert found.table["difference"].abs().max() == 0
    assert found.pearson == pytest.approx(1.0)


def test_noise_is_the_spread_of_both_sides_placebos(pair) -> None:
    found = compare(*pair)
    gene = str(found.table[found.table["edited"] == ""]["gene"].iloc[0])
    squares = [float(result.var.loc[gene, "ripple_placebo_sd"]) ** 2 for result in pair]
    assert found.noise == "placebos"
    assert float(found.table.set_index("gene").loc[gene, "noise"]) == pytest.approx(np.sqrt(sum(squares)))
    words = " ".join(sentences(found))
    assert "times the spread of placebos" in words
    assert "zone" in words, "that the zones differ is said"


def test_without_placebos_the_noise_is_said_to_be_unknown(knn, section) -> None:
    one, other = (perturb(section, knn, HERE, edits.knockout([gene]), zone_um=40) for gene in section.genes[:2])
    found = compare(one, other)
    assert found.beyond_noise is None
    assert "noise is not known" in " ".join(sentences(found))


def test_results_that_share_no_cell_are_refused(knn, section) -> None:
    corners = (Roi.circle((30, 30), 20), Roi.circle((210, 210), 20))
    one, other = (perturb(section, knn, roi, edits.knockout([section.genes[0]]), zone_um=15) for roi in corners)
    with pytest.raises(DataError, match="cells that both regenerated"):
        compare(one, other)
