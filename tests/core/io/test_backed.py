"""Counts on disk, block by block, are those of the whole file; what is no counts is refused in plain words."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from ripple_core.errors import DataError
from ripple_core.io.backed import BackedCounts


@pytest.fixture
def adata() -> ad.AnnData:
    counts = np.random.default_rng(0).poisson(0.7, (50, 6)).astype(np.float32)
    data = ad.AnnData(sparse.csr_matrix(counts), var=pd.DataFrame(index=[f"Gene{i}" for i in range(6)]))
    data.layers["dense"] = counts * 2
    data.layers["by_gene"] = sparse.csc_matrix(counts)
    data.layers["log"] = sparse.csr_matrix(np.log1p(counts))
    return data


@pytest.fixture(params=[".h5ad", ".zarr"])
def path(request, adata, tmp_path):
    file = tmp_path / f"cells{request.param}"
    adata.write_h5ad(file) if request.param == ".h5ad" else adata.write_zarr(file)
    return file


@pytest.mark.filterwarnings("ignore::UserWarning:anndata")
@pytest.mark.parametrize(("layer", "times"), [(None, 1), ("dense", 2)])
def test_the_blocks_are_the_file_each_time_it_is_asked(path, adata, layer, times) -> None:
    counts = BackedCounts(path, layer=layer, cells_at_once=16)
    assert (len(counts), list(counts.genes)) == (50, list(adata.var_names))
    for _ in range(2):
        blocks = list(counts)
        assert [block.shape[0] for block in blocks] == [16, 16, 16, 2]
        np.testing.assert_array_equal(sparse.vstack(blocks).toarray(), adata.X.toarray() * times)


@pytest.mark.filterwarnings("ignore::UserWarning:anndata")
def test_what_is_no_counts_by_cells_is_refused(path) -> None:
    with pytest.raises(DataError, match="CSC"):
        BackedCounts(path, layer="by_gene")
    with pytest.raises(DataError, match="log-normalised values in cells 0 to 49"):
        next(iter(BackedCounts(path, layer="log")))
    with pytest.raises(DataError, match="'dense'"):
        BackedCounts(path, layer="nowhere")


def test_what_is_no_such_file_is_refused(tmp_path) -> None:
    text = tmp_path / "cells.h5ad"
    with pytest.raises(DataError, match="does not exist"):
        BackedCounts(text)
    text.write_text("gene,count")
    with pytest.raises(DataError, match="another kind"):
        BackedCounts(text)


def test_genes_are_named_by_symbol(adata, tmp_path) -> None:
    adata.var["gene_symbol"] = adata.var_names
    adata.var_names = [f"ENSMUSG{i:011d}" for i in range(6)]
    adata.write_h5ad(tmp_path / "cells.h5ad")
    assert list(BackedCounts(tmp_path / "cells.h5ad").genes) == [f"Gene{i}" for i in range(6)]
