"""Datasets whose cells have names that somebody gave them: which column, who learns, who is tested, what was chosen on them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ripple_core.benchmark.cases import datasets
from ripple_core.benchmark.cases.datasets import Dataset
from ripple_core.benchmark.task import Options, Unit
from ripple_core.errors import DataError, sentence
from ripple_core.models import catalog

BZ5, BZ9 = datasets.DATASETS["starmap"].training[0], datasets.DATASETS["starmap"].test[0]
TURNED = replace(datasets.DATASETS["starmap"], name="starmap-turned", training=(BZ9,), test=(BZ5,))
OSMFISH = Dataset(
    "osmfish",
    "osmFISH, mouse somatosensory cortex (Codeluppi 2018)",
    "osmfish_sscortex.h5ad",
    training=("SSc",),
    test=("SSc",),
    split_by="nothing but the labels, which no method sees",
)


@dataclass(frozen=True)
class LabelledDataset:
    """A dataset of the benchmark and one column of labels.

    Parameters
    ----------
    dataset
        Which sections a model is trained on, without any label, and which are tested. The name says which checkpoint is taken up.
    label
        The column of obs with the labels.
    looked_at
        What was chosen while looking at the labels of the test section; "" for nothing, as it should be.
    """

    dataset: Dataset
    label: str
    looked_at: str = ""

    @property
    def name(self) -> str:
        """Name of the dataset and of the column."""
        return f"{self.dataset.name}-{self.label}"

    @property
    def short(self) -> str:
        """How it is shown below a bar."""
        return self.name.replace("-", "\n").replace("_", "\n")

    @property
    def title(self) -> str:
        """How it is shown."""
        tested = f", tested on {', '.join(self.dataset.test)}" if self.dataset.file else ""
        return f"{self.dataset.title}, {self.label.replace('_', ' ')}{tested}"


NICHES = {
    one.name: one
    for one in (
        LabelledDataset(datasets.DATASETS["starmap"], "region"),
        LabelledDataset(TURNED, "region", "the kind and the width of the means were chosen on it"),
        LabelledDataset(OSMFISH, "region", "the kind and the width of the means were chosen on it"),
    )
}
ANNOTATED = {
    one.name: one
    for one in (
        LabelledDataset(datasets.DATASETS["starmap"], "region"),
        LabelledDataset(TURNED, "region"),
        LabelledDataset(datasets.DATASETS["starmap"], "cell_type"),
        LabelledDataset(datasets.DATASETS["moffitt"], "cell_type"),
        LabelledDataset(
            datasets.DATASETS["embryo"], "cell_type", "what the classifier listens to was settled while it was tried"
        ),
    )
}
QUICK = LabelledDataset(datasets.QUICK, "cell_type")


def units(options: Options, among: dict[str, LabelledDataset]) -> list[Unit]:
    """Every model that embeds, on every one of the datasets that is here."""
    names = [name for name in options.chosen(()) if "embed" in catalog.record(name).abilities]
    return [Unit(one.name, name, options.seed) for one in available(options, among)[0] for name in names]


def available(options: Options, among: dict[str, LabelledDataset]) -> tuple[list[LabelledDataset], list[str]]:
    """Those that are asked for and here, and a line for each that is not; a dataset's name asks for all its labels."""
    if options.quick:
        return [QUICK], []
    unknown = [
        name for name in options.datasets if not any(name in (one.name, one.dataset.name) for one in among.values())
    ]
    if unknown:
        raise DataError(sentence("the name of a dataset", repr(unknown[0]), f"Choose among: {', '.join(among)}"))
    here, lines = [], []
    for one in among.values():
        if options.datasets and not {one.name, one.dataset.name} & {*options.datasets}:
            continue
        found, missing = datasets.available(options.model_copy(update={"datasets": ()}), {one.name: one.dataset})
        here += [one for _ in found]
        lines += missing
    return here, list(dict.fromkeys(lines))


def named(name: str, among: dict[str, LabelledDataset]) -> LabelledDataset:
    """One of them by name."""
    return {**among, QUICK.name: QUICK}[name]


def notes(chosen: list[LabelledDataset]) -> list[str]:
    """One line for each whose test labels have been looked at, and how."""
    return [f"{one.title}: not a clean test, {one.looked_at}." for one in chosen if one.looked_at]
