"""From sections to a scored checkpoint: choose what is held out, train a model of the catalog, score it beside baselines."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anndata as ad
import pandas as pd

from ripple_core.benchmark.badge import fingerprint
from ripple_core.benchmark.cases.datasets import strip
from ripple_core.benchmark.cases.unseen import score_unseen
from ripple_core.errors import DataError, among, sentence
from ripple_core.files import sha256
from ripple_core.models import catalog
from ripple_core.models.checkpoint import kept_beside
from ripple_core.models.contract import Model
from ripple_core.perturb.result import versions
from ripple_core.progress import Progress, finished
from ripple_core.section import Section, called
from ripple_core.training.config import TrainSettings
from ripple_core.training.fabric import is_first

MIN_CELLS = 100


@dataclass(frozen=True)
class Split:
    """Sections to learn from and sections to stop by; never the same cells."""

    training: list[Section]
    held_out: list[Section]


def split_sections(sections: Sequence[Section], hold_out: Sequence[str] = ()) -> Split:
    """Hold out the sections named; without names the last of several, or a strip of a single one."""
    names = [section.name for section in sections]
    unknown = [name for name in hold_out if name not in names]
    if unknown:
        raise DataError(among("the name of a section to hold out", ", ".join(unknown), names))
    if len(sections) == 1 and not hold_out:
        left, right = strip(sections[0])
        return Split([left], [right])
    chosen = set(hold_out) or {names[-1]}
    split = Split([s for s in sections if s.name not in chosen], [s for s in sections if s.name in chosen])
    if not split.training:
        raise DataError(sentence("at least one section left to train on", "all held out", "Hold out fewer sections"))
    return split


def shared_genes(sections: Sequence[Section]) -> list[Section]:
    """The sections on the genes they all have, in the order of the first."""
    genes = sections[0].genes
    for section in sections[1:]:
        genes = genes[genes.isin(section.genes)]
    if len(genes) < 2:
        raise DataError(
            sentence(
                "sections that share their genes", f"{len(genes)} genes in common", "Train on sections of one panel"
            )
        )
    return [_on_genes(section, genes) for section in sections]


def _on_genes(section: Section, genes: pd.Index) -> Section:
    if section.genes.equals(genes):
        return section
    columns = section.genes.get_indexer(genes)
    return Section(
        section.name, section.counts[:, columns], section.xy_um, genes, section.cells, section.obs, section.notes
    )


def train_iter(
    data: Sequence[ad.AnnData | Section],
    model: str = catalog.DEFAULT,
    *,
    out: str | Path | None = None,
    section_key: str | None = None,
    only: Sequence[str] = (),
    hold_out: Sequence[str] = (),
    config: dict[str, Any] | None = None,
    start_from: str | Path | Model | None = None,
    resume: bool = False,
    **settings: Any,
) -> Generator[Progress, bool | None, Model]:
    """Train a model, a Progress a step (``partial`` a LossPoint where the held-out windows were looked at); returns the Model.

    ``send(True)`` in the place of ``next`` ends the training with the best weights so far, which are scored and written; what ``resume``
    needs is kept then.

    Parameters
    ----------
    data
        Sections, or AnnData with one or several sections each (told apart by ``section_key``).
    model
        A name of the catalog.
    out
        Checkpoint folder, written when training is done; the state for ``resume`` is kept beside it until then.
    only
        Names of the sections to take, of data with more; none: all.
    hold_out
        Names of sections to stop and score by; see :func:`split_sections`.
    config
        The model's own sizes.
    start_from
        A trained model, or its folder, to fine-tune: its family, sizes, genes and vocabulary stay, whatever ``model`` says.
    **settings
        Fields of :class:`TrainSettings`.

    Under ``torchrun`` the processes train together; the first one alone measures, scores and writes.
    """
    given = _named(_all_sections(data, section_key), only)
    start = _start(start_from, config)
    split = split_sections(given if start else shared_genes(given), hold_out)
    training = TrainSettings(**settings)
    _enough(split)
    family = catalog.module(start.name if start else model)
    folder = kept_beside(out) if out is not None else None
    more = {"start_from": start} if start else {}
    trained: Model = yield from family.train_iter(
        split.training, split.held_out, family.config(config or {}), training, folder, resume, **more
    )
    learned_from = [fingerprint(s) for s in given if s.name not in {held.name for held in split.held_out}]
    trained.record.update(
        sections=[s.name for s in split.training],
        held_out=[s.name for s in split.held_out],
        fingerprints=[*learned_from, *(start.record.get("fingerprints", []) if start else [])],
        **({"started_from": _origin(start)} if start else {}),
        cells=sum(len(s) for s in split.training),
        settings=training.model_dump(),
        date=datetime.now(UTC).date().isoformat(),
        versions=versions(),
        device=trained.device,
    )
    if not is_first():
        return trained
    for scores in score_unseen(trained, split.held_out[0], split.training[0], training.seed):
        yield Progress(1, 1, "scoring on held-out cells")
        if scores is not None:
            trained.record["scores"] = {
                row: {k: round(v, 4) for k, v in values.items()} for row, values in scores.items()
            }
    if out is not None:
        trained.save(out)
        trained.record["hash"] = sha256(out)
        if not trained.record.get("stopped"):
            _forget(folder)
    return trained


def train(data: Sequence[ad.AnnData | Section], model: str = catalog.DEFAULT, **settings: Any) -> Model:
    """Train a model and give it back; the arguments of :func:`train_iter`."""
    return finished(train_iter(data, model, **settings))


def _all_sections(data: Sequence[ad.AnnData | Section], key: str | None) -> list[Section]:
    if isinstance(data, (ad.AnnData, Section)):
        data = [data]
    if not data:
        raise DataError(sentence("at least one section to train on", "none", "Pass one or more files"))
    whole = [one if isinstance(one, Section) else Section.from_anndata(one) for one in data]
    sections = [part for one in whole for part in one.split(key)]
    names = [section.name for section in sections]
    repeated = {name for name in names if names.count(name) > 1}
    return [called(s, f"{s.name} ({i + 1})") if s.name in repeated else s for i, s in enumerate(sections)]


def _named(sections: list[Section], only: Sequence[str]) -> list[Section]:
    names = [section.name for section in sections]
    unknown = [name for name in only if name not in names]
    if unknown:
        raise DataError(among("names of sections to train on", ", ".join(unknown), names))
    return [section for section in sections if section.name in only] if only else sections


def _start(start_from: str | Path | Model | None, config: dict[str, Any] | None) -> Model | None:
    """The model to fine-tune; DataError for one that cannot be, or where its sizes are to be others."""
    if start_from is None:
        return None
    start = catalog.load(start_from, "cpu") if isinstance(start_from, str | Path) else start_from
    if "fine-tune" not in catalog.record(start.name).abilities:
        able = ", ".join(name for name, record in catalog.RECORDS.items() if "fine-tune" in record.abilities)
        raise DataError(sentence(f"a checkpoint of {able} to start from", start.name, "Train this one anew"))
    if config:
        found = f"other sizes ({', '.join(config)})"
        raise DataError(sentence("the sizes of the model to start from", found, "Leave them out, or train anew"))
    return start


def _origin(start: Model) -> dict[str, Any]:
    """What the record tells of the model that was fine-tuned."""
    return {
        "model": start.name,
        **{key: start.record[key] for key in ("hash", "sections", "date") if key in start.record},
    }


def _enough(split: Split) -> None:
    cells = sum(len(s) for s in split.training)
    if cells < MIN_CELLS:
        raise DataError(sentence(f"at least {MIN_CELLS} cells to train on", str(cells), "Add sections"))


def _forget(folder: Path | None) -> None:
    """Remove the state kept for resuming: the checkpoint is complete."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
