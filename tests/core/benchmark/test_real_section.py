"""A result against a real section: the measured change against a loop over types, a true prediction, its opposite, and chance."""

from __future__ import annotations

from dataclasses import replace

import anndata as ad
import numpy as np
import pytest

from ripple_core.benchmark import real_section
from ripple_core.errors import DataError
from ripple_core.perturb.editing import edits
from ripple_core.perturb.run import perturb
from ripple_core.roi import Roi
from ripple_core.section import Section

ROI = Roi.circle((120, 120), 40)
FACTOR = 2.0


@pytest.fixture(scope="module")
def result(knn, section) -> ad.AnnData:
    """A result whose response is to be replaced."""
    return perturb(section, knn, ROI, edits.knockout(list(section.genes[:3])), zone_um=80)


@pytest.fixture(scope="module")
def real(section) -> Section:
    """The same tissue in which every second gene is doubled."""
    counts = section.counts.copy().tocsc().astype(np.float32)
    counts.data *= np.repeat(np.where(np.arange(counts.shape[1]) % 2, FACTOR, 1.0), np.diff(counts.indptr))
    return replace(section, name="real", counts=counts.tocsr())


def foretold(result: ad.AnnData, changes: dict[str, float]) -> ad.AnnData:
    """The result with another response of its regenerated cells, the same in all."""
    other = result.copy()
    rows = other.obs["ripple_role"].to_numpy() == "regenerated"
    other.layers["response"][rows] = [changes[gene] for gene in other.var_names]
    return other


def test_the_measured_change_is_that_of_a_loop_over_types(result, real, knn) -> None:
    found = real_section.score(result, real, knn.space, region=ROI, zone_um=80)
    own = result[result.obs["ripple_role"] == "regenerated"]
    rows = [list(real.cells).index(cell) for cell in own.obs_names]
    expression = knn.space.encode(real)[0][rows]
    gene = str(found.genes["gene"].iloc[0])
    column = list(map(str, knn.space.genes)).index(gene)
    total = weight = 0.0
    for kind in found.types:
        cells = own.obs["cell_type"].to_numpy() == kind
        change = expression[cells, column].mean() - own[cells, gene].layers["observed"].mean()
        total, weight = total + cells.sum() * change, weight + cells.sum()
    assert len(found.types) > 1
    assert found.genes["measured"].iloc[0] == pytest.approx(total / weight, abs=1e-5)
    assert found.cells == (own.n_obs, own.n_obs)


@pytest.mark.parametrize(("sign", "accuracy", "verdict"), [(1, 1.0, "ahead"), (-1, 0.0, "behind")])
def test_the_truth_scores_one_and_its_opposite_none(result, real, knn, sign, accuracy, verdict) -> None:
    measured = real_section.score(result, real, knn.space, region=ROI, zone_um=80).genes
    changes = dict(zip(measured["gene"], sign * measured["measured"]))
    found = real_section.score(foretold(result, changes), real, knn.space, region=ROI, zone_um=80)
    assert found.scores["model"]["sign accuracy"].value == accuracy
    assert found.scores["model"]["Pearson"].value == pytest.approx(sign, abs=1e-4)
    assert found.scores["no change"]["sign accuracy"].value == 0.0
    assert found.verdict == verdict
    clear = found.genes[found.genes["clear"] & ~found.genes["edited"]]
    assert (clear["right"] == (sign == 1)).all()
    assert real_section.sentences(found)[-1] == real_section.BEWARE


def test_where_nothing_changed_hardly_a_gene_is_clear(result, section, knn) -> None:
    other = section.subset(np.arange(len(section)) % 2 == 0)
    found = real_section.score(result, other, knn.space)
    assert found.genes["clear"].mean() < 0.3


def test_genes_that_hardly_change_in_the_simulation_are_no_test_of_it(result, real, knn) -> None:
    measured = real_section.score(result, real, knn.space, region=ROI, zone_um=80).genes
    changes = dict(zip(measured["gene"], 0.01 * np.sign(measured["measured"])))
    changes[str(measured[~measured["edited"]]["gene"].iloc[0])] = 1.0
    found = real_section.score(foretold(result, changes), real, knn.space, region=ROI, zone_um=80)
    assert found.scores["model"]["sign accuracy"].value > 0.9
    assert found.verdict == "unknown"
    assert "differ for another reason" in " ".join(real_section.sentences(found))


def test_few_clear_genes_are_no_verdict(result, real, knn) -> None:
    found = real_section.score(result, real, knn.space, region=ROI, zone_um=80)
    genes = found.genes.assign(clear=np.arange(len(found.genes)) < 4, edited=False)
    few = replace(found, genes=genes)
    assert few.verdict == "unknown"
    assert "So few genes" in " ".join(real_section.sentences(few))


def test_a_section_of_other_genes_or_hardly_any_cells_is_refused(result, real, knn) -> None:
    with pytest.raises(DataError, match="5 cells on each side"):
        real_section.score(result, real.subset(np.arange(3)), knn.space)
