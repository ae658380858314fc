"""The score of a gene set against z-scores by scipy."""

import numpy as np
import pytest
from scipy import stats

from ripple_core.errors import DataError
from ripple_core.genesets.score import matched, mean_z
from ripple_core.section import Section


@pytest.fixture(scope="module")
def section(small_tissues):
    return Section.from_anndata(small_tissues[0])


def test_it_is_the_mean_of_z_scores(section):
    genes = ["Lig1-01", "Gene040", "Gene041"]
    scale = np.median(section.library_size) / np.maximum(section.library_size, 1)
    columns = [list(section.genes).index(gene) for gene in genes]
    logged = np.log1p(section.counts.toarray()[:, columns] * scale[:, None])
    score = mean_z(section, [*genes, "gene041", "Nothing"], scale)
    np.testing.assert_allclose(score.values, stats.zscore(logged, axis=0).mean(axis=1), atol=1e-4)
    assert score.missing == ("Nothing",)
    step = logged.copy()
    step[:, 1] += 0.5
    added = (step - logged) @ [score.weights[gene] for gene in genes]
    np.testing.assert_allclose(added, 0.5 / logged[:, 1].std() / 3, rtol=1e-4)


def test_a_gene_that_never_changes_does_not_count(section):
    scale = np.zeros(len(section))
    score = mean_z(section, ["Gene040"], scale)
    assert (score.values == 0).all()
    assert score.weights == {}


def test_names_are_matched_and_a_foreign_set_is_refused(section):
    assert matched(section, ["GENE040", "Gene040", "x"]) == (("Gene040",), ("x",))
    with pytest.raises(DataError, match="genes of this section"):
        matched(section, ["ENSG00000000003", "ENSG00000000005"])
    with pytest.raises(DataError, match="none"):
        matched(section, [])
