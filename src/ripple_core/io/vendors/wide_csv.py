"""A matrix of counts as a wide CSV, a row for each cell and a column for each gene, read a piece at a time into CSR."""

from __future__ import annotations

import re
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
from scipy import sparse

from ripple_core.errors import DataError, sentence
from ripple_core.io.vendors import layout, tables

CELLS_AT_ONCE = 10_000


def read(path: Path, *, names: int, is_control: re.Pattern[str], joint: str = "_") -> ad.AnnData:
    """Counts of the genes; a cell's name is its first ``names`` columns, joined. What matches ``is_control`` is left out."""
    cells: list[pd.Index] = []
    blocks: list[sparse.csr_matrix] = []
    header: list[str] = []
    try:
        for piece in pd.read_csv(path, chunksize=CELLS_AT_ONCE, dtype=dict.fromkeys(range(names), str)):
            header = [str(column) for column in piece.columns[names:]]
            blocks.append(sparse.csr_matrix(piece.iloc[:, names:].to_numpy(np.float32)))
            parts = piece.iloc[:, :names].astype(str)
            cells.append(pd.Index(parts.agg(joint.join, axis=1) if names > 1 else parts.iloc[:, 0]))
    except (OSError, ValueError, EOFError) as error:
        reason = (str(error).strip().splitlines() or ["no reason given"])[0]
        raise DataError(
            sentence("a table of counts", f"{path.name}, which is damaged ({reason})", layout.WAY_OUT)
        ) from None
    is_gene = np.array([is_control.match(name) is None for name in header], dtype=bool)
    if not blocks or not is_gene.any():
        raise DataError(sentence("a table of counts", f"{path.name} without cells or genes", layout.WAY_OUT))
    counts = sparse.vstack(blocks, format="csr")[:, is_gene]
    obs = pd.DataFrame(index=pd.Index(np.concatenate(cells), dtype=object))
    adata = ad.AnnData(counts, obs=obs, var=pd.DataFrame(index=np.array(header, dtype=object)[is_gene]))
    if not is_gene.all():
        tables.note(adata, f"Left out, being no genes: {int((~is_gene).sum())} control probes.")
    return adata
