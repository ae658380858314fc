"""Counts that a file stores by genes, as blocks of cells: sorted out into parcels on disk, so that they are never whole in memory."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from ripple_core import mapped
from ripple_core.progress import Progress

BYTES_A_COUNT = 16
"""What an entry takes in a parcel, at most: its cell and its gene, 4 bytes each, and its value, up to 8."""
MOST_PARCELS = 256
Block = tuple[slice, sparse.csr_matrix]


def blocks(stored: Any, folder: mapped.Folder) -> Generator[Progress, None, Iterator[Block]]:
    """Blocks of consecutive cells of a matrix that is stored by genes (CSC), and where they are; a Progress for each part sorted out.

    First each entry goes into the parcel of its cells, then each parcel is put in order: the file is read once from its beginning
    to its end, however large it is. The parcels lie in ``folder``, and each goes when it has been read.
    """
    cells, genes = (int(n) for n in stored.attrs["shape"])
    values = int(stored["data"].shape[0])
    per_parcel = max(1, -(-cells // max(1, min(MOST_PARCELS, -(-values // mapped.VALUES_AT_ONCE)))))
    kind = np.dtype([("cell", np.uint32), ("gene", np.uint32), ("value", stored["data"].dtype)])
    paths = [folder.path / f"parcel-{number}" for number in range(-(-cells // per_parcel))]
    starts = np.asarray(stored["indptr"][:])
    for a in range(0, values, mapped.VALUES_AT_ONCE):
        b = min(a + mapped.VALUES_AT_ONCE, values)
        entries = np.empty(b - a, kind)
        entries["cell"], entries["value"] = stored["indices"][a:b], stored["data"][a:b]
        entries["gene"] = np.searchsorted(starts, np.arange(a, b), side="right") - 1
        _sort_out(entries, per_parcel, paths)
        yield Progress(
            b, values, f"Sorting out counts that are stored by genes: {b / 1e6:,.0f} of {values / 1e6:,.0f} million"
        )
    return _in_order(paths, kind, per_parcel, (cells, genes))


def _sort_out(entries: np.ndarray, per_parcel: int, paths: list[Path]) -> None:
    """Add entries to the parcels of their cells."""
    parcel = entries["cell"] // per_parcel
    order = np.argsort(parcel, kind="stable")
    ends = np.cumsum(np.bincount(parcel, minlength=len(paths)))
    for path, part in zip(paths, np.split(entries[order], ends[:-1])):
        if len(part):
            with open(path, "ab") as file:
                part.tofile(file)


def _in_order(paths: list[Path], kind: np.dtype, per_parcel: int, shape: tuple[int, int]) -> Iterator[Block]:
    """The parcels one after another, as CSR."""
    cells, genes = shape
    for number, path in enumerate(paths):
        rows = slice(number * per_parcel, min((number + 1) * per_parcel, cells))
        entries = np.fromfile(path, kind) if path.exists() else np.empty(0, kind)
        path.unlink(missing_ok=True)
        place = entries["cell"].astype(np.int64) - rows.start, entries["gene"].astype(np.int64)
        yield (
            rows,
            sparse.csr_matrix((entries["value"].astype(np.float32), place), shape=(rows.stop - rows.start, genes)),
        )
