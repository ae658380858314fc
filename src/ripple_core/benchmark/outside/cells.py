"""A section as other packages read it."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
from scipy import sparse

from ripple_core.section import Section


def counted(section: Section) -> ad.AnnData:
    """Raw counts (cells, genes), sparse, with nothing beside them but the names."""
    cells, genes = pd.DataFrame(index=section.cells), pd.DataFrame(index=section.genes)
    return ad.AnnData(section.counts.copy(), obs=cells, var=genes)


def log_normalised(section: Section, total: float) -> ad.AnnData:
    """log1p of counts scaled to a total per cell (cells, genes), sparse; a cell without counts stays empty."""
    adata = counted(section)
    scale = total / np.maximum(section.library_size, 1.0)
    values = sparse.diags_array(scale).tocsr() @ section.counts
    adata.X = sparse.csr_matrix(values).log1p().astype(np.float32)
    return adata
