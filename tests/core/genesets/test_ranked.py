"""Rankings as scanpy leaves them in a file."""

import anndata as ad
import numpy as np
import pytest

from ripple_core.genesets.ranked import rankings

GROUPS = ("T cell", "B cell")


def records(rows, kind):
    """A record array of one column a group."""
    return np.rec.fromarrays([np.asarray(row) for row in rows], dtype=[(group, kind) for group in GROUPS])


@pytest.fixture
def adata():
    data = ad.AnnData(np.ones((3, 3), dtype=np.float32))
    data.var_names = ["A", "B", "C"]
    data.uns["rank_genes_groups"] = {
        "params": {"groupby": "cell_type", "reference": "rest", "method": "wilcoxon"},
        "names": records([["A", "B", "C"], ["C", "B", "A"]], "O"),
        "logfoldchanges": records([[2.0, np.nan, -1.0], [3.0, 0.5, -2.0]], "f4"),
        "pvals_adj": records([[0.01, 1.0, 0.5], [0.001, 0.2, 0.03]], "f8"),
    }
    data.uns["logistic"] = {"names": records([["A"], ["B"]], "O"), "scores": records([[1.0], [2.0]], "f4")}
    data.uns["other"] = {"names": ["A"], "logfoldchanges": [1.0]}
    return data


def test_every_group_is_a_table(adata):
    (found,) = rankings(adata)
    assert (found.key, found.groups) == ("rank_genes_groups", GROUPS)
    assert found.title("T cell") == "cell_type: T cell against the rest"
    assert found.table("T cell").values.tolist() == [["A", 2.0, 0.01], ["C", -1.0, 0.5]]
    assert found.table("B cell")["lfc"].tolist() == [3.0, 0.5, -2.0]


def test_it_survives_the_file(adata, tmp_path):
    adata.write_h5ad(tmp_path / "a.h5ad")
    (found,) = rankings(ad.read_h5ad(tmp_path / "a.h5ad"))
    assert found.table("B cell")["gene"].tolist() == ["C", "B", "A"]
    assert found.groupby == "cell_type"


def test_ids_are_told_by_todays_names(adata):
    adata.var["gene_id"] = ["A", "B", "C"]
    adata.var_names = ["Alpha", "Beta", "Gamma"]
    assert rankings(adata)[0].table("T cell")["gene"].tolist() == ["Alpha", "Gamma"]


def test_a_file_without_rankings():
    assert rankings(ad.AnnData(np.ones((2, 2)))) == ()
