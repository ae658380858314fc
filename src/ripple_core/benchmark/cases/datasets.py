"""The datasets of the benchmark and how each is split: by animal, embryo or section, never by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ripple_core.benchmark.task import Options
from ripple_core.errors import DataError, sentence
from ripple_core.io.read import read
from ripple_core.section import Section
from ripple_core.synthetic import World, WorldSettings

STRIP_SHARE = 0.2
QUICK_WORLD = WorldSettings(genes=60, types=4, programs=1, ligands=4, responders=8, counts_per_cell=200)
QUICK_CELLS, CELLS = 400, 4000
MADE_SEED = 21


@dataclass(frozen=True)
class Split:
    """Sections to learn from, to choose and stop by, and to test on; never the same cells."""

    training: list[Section]
    validation: list[Section]
    test: list[Section]


@dataclass(frozen=True)
class Dataset:
    """One dataset.

    Parameters
    ----------
    name, title
        How it is asked for, and how it is shown.
    file
        Its file in the folder of real sections; None: made tissue.
    training, validation, test
        Names of sections. Without validation sections, the right-hand fifth of every training section is held out instead.
    split_by
        What training and test do not share, for the report.
    """

    name: str
    title: str
    file: str | None = None
    training: tuple[str, ...] = ()
    validation: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    split_by: str = "section"


MADE = Dataset("made", "Made tissue", training=("1", "2", "3", "4"), validation=("5",), test=("6", "7"))
QUICK = Dataset("made-small", "Small made tissue", training=("1",), validation=("2",), test=("3",))
DATASETS = {
    dataset.name: dataset
    for dataset in (
        MADE,
        Dataset(
            "moffitt",
            "MERFISH, mouse preoptic area (Moffitt 2018)",
            "moffitt_merfish_poa.h5ad",
            training=("A1_b+0.26", "A1_b+0.21"),
            test=("A1_b-0.29",),
            split_by="section, half a millimetre apart in one animal",
        ),
        Dataset(
            "embryo",
            "seqFISH, mouse embryo (Lohoff 2022)",
            "seqfish_mouse_embryo.h5ad",
            training=("embryo1_z2", "embryo1_z5"),
            test=("embryo2_z2",),
            split_by="embryo",
        ),
        Dataset(
            "xenium",
            "Xenium, breast tumour (Janesick 2023)",
            "xenium_breast_crops.h5ad",
            training=("pikachu", "bulbasaur"),
            test=("charmander",),
            split_by="crop, one millimetre apart in one tumour",
        ),
        Dataset(
            "starmap",
            "STARmap, mouse prefrontal cortex (Wang 2018)",
            "starmap_mpfc.h5ad",
            training=("20180417_BZ5_control",),
            test=("20180419_BZ9_control",),
            split_by="animal",
        ),
    )
}


def available(
    options: Options, among: Mapping[str, Dataset] = MappingProxyType(DATASETS)
) -> tuple[list[Dataset], list[str]]:
    """Those of some datasets that are asked for and here, and a line for each that is not here."""
    if options.quick:
        return [QUICK], []
    here, lines = [], []
    for dataset in [named(name, among) for name in options.datasets] or among.values():
        if dataset.file is None or (options.data and (Path(options.data) / dataset.file).is_file()):
            here.append(dataset)
        else:
            where = (
                f"no {dataset.file} in {options.data}" if options.data else "no folder of real sections; pass --data"
            )
            lines.append(f"{dataset.title}: skipped, {where}.")
    return here, lines


def named(name: str, among: Mapping[str, Dataset] = MappingProxyType(DATASETS)) -> Dataset:
    """A dataset by name."""
    found = {**among, QUICK.name: QUICK}
    if name not in found:
        raise DataError(sentence("the name of a dataset", repr(name), f"Choose among: {', '.join(found)}"))
    return found[name]


def load(dataset: Dataset, options: Options) -> Split:
    """The sections of a dataset, split."""
    parts = whole(dataset, options)
    training, validation, test = (
        [parts[name] for name in names] for names in (dataset.training, dataset.validation, dataset.test)
    )
    if validation:
        return Split(training, validation, test)
    strips = [strip(section) for section in training]
    return Split([left for left, _ in strips], [right for _, right in strips], test)


def whole(dataset: Dataset, options: Options) -> dict[str, Section]:
    """The sections of a dataset by name, as they are."""
    parts = _made(dataset, options) if dataset.file is None else _read(Path(options.data or ".") / dataset.file)
    missing = [name for name in (*dataset.training, *dataset.validation, *dataset.test) if name not in parts]
    if missing:
        found = f"a file without {', '.join(missing)} (it has {', '.join(parts)})"
        raise DataError(sentence(f"the sections of {dataset.title}", found, "Pass the folder that holds this dataset"))
    return parts


def _read(path: Path) -> dict[str, Section]:
    return {section.name: section for section in Section.from_anndata(read(path)).split()}


def _made(dataset: Dataset, options: Options) -> dict[str, Section]:
    """Sections of one made world, drawn anew for each seed of the benchmark."""
    world = World(MADE_SEED, QUICK_WORLD if dataset is QUICK else None)
    cells = QUICK_CELLS if dataset is QUICK else CELLS
    names = (*dataset.training, *dataset.validation, *dataset.test)
    drawn = {name: world.section(1000 * options.seed + int(name), cells, name) for name in names}
    return {name: Section.from_anndata(adata, name) for name, adata in drawn.items()}


def strip(section: Section) -> tuple[Section, Section]:
    """The left four fifths of a section and the strip at its right end."""
    right = section.xy_um[:, 0] > np.quantile(section.xy_um[:, 0], 1 - STRIP_SHARE)
    return section.subset(~right, f"{section.name} (left)"), section.subset(right, f"{section.name} (right)")
