"""``ripple annotate``: labels learned from annotated sections, given to the cells of another one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import anndata as ad
import typer

from ripple_core.cli import target, terminal
from ripple_core.cli.described import Describing, ResultFile
from ripple_core.cli.groups import grouped
from ripple_core.cli.options import Checkpoint, SectionFile
from ripple_core.cli.several import SeveralWords
from ripple_core.niche.settings import AnnotateSettings

TRAIN_ON = "--train-on"


class FilesAfterTrainOn(SeveralWords):
    """Lets ``--train-on`` take several files."""

    several = (TRAIN_ON,)


@grouped
def annotate(
    section: SectionFile,
    checkpoint: Checkpoint,
    train_on: Annotated[
        list[Path], typer.Option(TRAIN_ON, metavar="LABELLED...", help="Annotated section files (.h5ad) to learn from.")
    ],
    out: ResultFile,
    *,
    settings: AnnotateSettings,
    label: Annotated[
        str | None, typer.Option(metavar="KEY", help="The obs column with the labels; else the usual one is taken.")
    ] = None,
    describing: Describing,
) -> None:
    """Learn labels from annotated sections, give them to another section's cells, and score on cells that were kept apart."""
    target.check(out, [section, *train_on])
    from ripple_core.io import h5ad
    from ripple_core.io.read import read
    from ripple_core.niche.annotate import annotate_iter

    data, model = describing.opened(section, checkpoint)
    teachers = [read(path, describing.layer) for path in train_on]
    steps = annotate_iter(data, model, teachers, label, section_key=describing.section_key, **settings.model_dump())
    result = terminal.follow(steps, "annotate")
    h5ad.write(result, out)
    record = json.loads(result.uns["ripple"])
    if describing.as_json:
        terminal.say_json({**record, "file": out})
    else:
        _say(result, record, out)


def _say(result: ad.AnnData, record: dict[str, Any], out: Path) -> None:
    """What was given, how sure it is, and how it scored."""
    sure = result.obs.groupby("ripple_label", observed=False)["ripple_label_confidence"]
    rows = [(str(name), f"{len(values):,}", float(values.mean())) for name, values in sure if len(values)]
    seconds = record["timings"]["seconds"]
    terminal.say([f"{result.n_obs:,} cells labelled by {record['label']}, {seconds:.1f} s on {record['device']}"])
    terminal.say_table("Labels given", ("label", "cells", "mean confidence"), rows)
    scores = [(method, *map(float, values.values())) for method, values in record["scores"].items()]
    title = f"{record['scored_cells']:,} held-out cells of {record['scored_on']}"
    terminal.say_table(title, ("", "macro F1", "accuracy"), scores)
    terminal.say([record["verdict"], *record["notes"], f"written: {out}"])
