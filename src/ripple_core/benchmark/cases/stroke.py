"""The direction of stroke: half of the genes that change in an infarct's core are edited, the other half is to follow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from ripple_core.benchmark.cases import datasets
from ripple_core.benchmark.cases.real_case import RealCase, genes_of
from ripple_core.benchmark.cases.unseen import discs
from ripple_core.benchmark.task import Options
from ripple_core.genesets import deg_table
from ripple_core.perturb.editing.edits import Edit
from ripple_core.section import Section

FILE = "stroke_han2024_ICA_DEG.csv"
ON = ("moffitt", "starmap")
"""Datasets of mouse brain."""
REGIONS, CELLS, ZONE_UM = 6, 60, 120.0
SIGNIFICANT, STRONGEST = 0.05, 6.0
TITLE = "direction of stroke genes in healthy mouse brain"


def table_file(options: Options) -> Path | None:
    """Where the table of stroke genes is: in the folder of sections, or in ``deg`` in or beside it."""
    folder = Path(options.data or ".")
    places = (folder / FILE, folder / "deg" / FILE, folder.parent / "deg" / FILE)
    return next((place for place in places if options.data and place.is_file()), None)


def here(options: Options) -> tuple[list[str], list[str]]:
    """The datasets that allow it, and a line for each that does not."""
    if table_file(options) is None:
        return [], [f"{TITLE}: skipped, no {FILE} beside the real sections."]
    found = {dataset.name for dataset in datasets.available(Options(data=options.data))[0]}
    return [n for n in ON if n in found], [
        f"{TITLE}, {n}: skipped, its file is not here." for n in ON if n not in found
    ]


def split(name: str, options: Options) -> datasets.Split:
    """Healthy sections, split as for unseen cells."""
    return datasets.load(datasets.named(name), options)


def cases(name: str, test: list[Section], options: Options) -> Iterator[RealCase]:
    """Each half of the genes in turn, in round regions of the test sections."""
    path = table_file(options)
    table = _significant(deg_table.read(path)) if path is not None else pd.Series(dtype=float)
    for section in test:
        known = table[table.index.isin(genes_of(section))]
        order = np.random.default_rng([options.seed, 73]).permutation(len(known))
        halves = [known.iloc[np.sort(order[part::2])] for part in (0, 1)]
        for roi in discs(section, options.seed + 7, 2 if options.quick else REGIONS, CELLS):
            for edited, held in (halves, halves[::-1]):
                edit = Edit(
                    kind="lfc",
                    genes={str(g): float(v) for g, v in edited.clip(-STRONGEST, STRONGEST).items()},
                    name="half of the stroke genes",
                )
                yield RealCase(
                    section,
                    roi,
                    edit,
                    ZONE_UM,
                    {str(gene): float(lfc) for gene, lfc in held.items()},
                    set(held.index),
                    group=section.name,
                )


def _significant(table: pd.DataFrame) -> pd.Series:
    """Log2 fold change by gene in lower case, of the genes with a small adjusted p."""
    kept = table[table["padj"] < SIGNIFICANT] if "padj" in table else table
    return pd.Series(kept["lfc"].to_numpy(), index=kept["gene"].str.casefold())
