"""``ripple train``: sections to a scored checkpoint."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from ripple_core.cli import following, terminal
from ripple_core.cli.groups import grouped
from ripple_core.cli.options import AsJson, Layer, SectionKey
from ripple_core.cli.several import SeveralNames
from ripple_core.errors import DataError, sentence
from ripple_core.files import read_json
from ripple_core.models.card import verdict
from ripple_core.models.catalog import DEFAULT, RECORDS
from ripple_core.training.config import TrainSettings
from ripple_core.training.fabric import is_first

STOPPED = 130
HOLD_OUT, ONLY = "--hold-out", "--only"
HoldOut = Annotated[
    list[str] | None,
    typer.Option(HOLD_OUT, metavar="NAME...", help="Sections to stop and score by; else the last, or a strip of one."),
]
Only = Annotated[
    list[str] | None,
    typer.Option(ONLY, metavar="NAME...", help="Take only these sections, of files with more."),
]
StartFrom = Annotated[
    Path | None,
    typer.Option(metavar="CHECKPOINT", help="Fine-tune this model: its genes, vocabulary and sizes are kept."),
]
Follow = Annotated[
    bool,
    typer.Option(
        "--follow",
        help="For programs: a line of JSON for each step; the word stop on stdin ends the training with its best weights.",
    ),
]


class NamesAfterHoldOut(SeveralNames):
    """Lets ``--hold-out`` and ``--only`` take several names; a section file ends them."""

    several = (HOLD_OUT, ONLY)


@dataclass(frozen=True)
class Chosen:
    """Which sections of the files are learned from, and which are kept apart."""

    section_key: SectionKey = None
    hold_out: HoldOut = None
    only: Only = None


@dataclass(frozen=True)
class Manner:
    """How it is trained: settings in words, before those of a file."""

    max_minutes: Annotated[float | None, typer.Option(help=TrainSettings.help_for("max_minutes"))] = None
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="JSON with settings of the training and of the model.")
    ] = None
    seed: Annotated[int | None, typer.Option(help=TrainSettings.help_for("seed"))] = None
    device: Annotated[str | None, typer.Option(metavar="auto|cpu|cuda|mps", help="Where to compute.")] = None


@dataclass(frozen=True)
class Beginning:
    """What is there already: a model to take further, or a training that was interrupted."""

    start_from: StartFrom = None
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an interrupted training stopped.")] = False


@dataclass(frozen=True)
class Told:
    """How the outcome is told, and to whom."""

    as_json: AsJson = False
    follow: Follow = False


@grouped
def train(
    sections: Annotated[
        list[Path],
        typer.Argument(metavar="SECTION", help="Sections with raw counts: .h5ad, .zarr, or vendors' folders."),
    ],
    out: Annotated[Path, typer.Option(metavar="CHECKPOINT", help="The folder for the trained model.")],
    model: Annotated[str, typer.Option(help=f"Which model of the catalog: {', '.join(RECORDS)}.")] = DEFAULT,
    *,
    chosen: Chosen,
    manner: Manner,
    beginning: Beginning,
    layer: Layer = None,
    told: Told,
) -> None:
    """Train a model on sections, stop by a held-out one, and score it there beside plain baselines.

    Started by torchrun or fabric run, the processes train together and the first one writes.
    """
    from ripple_core.io.read import read
    from ripple_core.trainer import train_iter

    _check_target(out)
    sizes, settings = _from_file(manner)
    steps = train_iter(
        [read(path, layer) for path in sections],
        model,
        out=out,
        section_key=chosen.section_key,
        only=chosen.only or (),
        hold_out=chosen.hold_out or (),
        config=sizes,
        start_from=beginning.start_from,
        resume=beginning.resume,
        **settings,
    )
    if not is_first():
        deque(steps, maxlen=0)
        return
    try:
        trained = following.follow(steps) if told.follow else terminal.follow(steps, "train")
    except KeyboardInterrupt:
        terminal.say(["Stopped. The same command with --resume goes on from the last saved step."])
        raise typer.Exit(STOPPED) from None
    if told.follow:
        following.tell({"checkpoint": str(out), "record": trained.record})
    else:
        _say(trained.record, out, as_json=told.as_json)


def _check_target(out: Path) -> None:
    """Refuse a folder that holds something else: the checkpoint takes the place of what is there."""
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / "config.json").is_file()):
        found = f"{out}, a {'file' if out.is_file() else 'folder with other files'}"
        raise DataError(sentence("a new folder or an old checkpoint for --out", found, "Choose another name"))


def _from_file(manner: Manner) -> tuple[dict[str, Any], dict[str, Any]]:
    """The model's sizes and the training's settings of a JSON file; those given in words take their place."""
    words = {"max_minutes": manner.max_minutes, "seed": manner.seed, "device": manner.device}
    given = {name: value for name, value in words.items() if value is not None}
    if manner.config is None:
        return {}, given
    values = read_json(manner.config, "settings in JSON", "Correct it")
    if not isinstance(values, dict):
        raise DataError(sentence("settings in JSON, names and values", f"a {type(values).__name__}", "Correct it"))
    training = {name: values.pop(name) for name in list(values) if name in TrainSettings.model_fields}
    return values, training | given


def _say(record: dict[str, Any], out: Path, *, as_json: bool) -> None:
    if as_json:
        terminal.say_json({"checkpoint": out, **record})
        return
    held_out = ", ".join(record["held_out"])
    terminal.say([f"trained on {', '.join(record['sections'])}; held out: {held_out}; {record['seconds']:.0f} s"])
    scores = record.get("scores") or {}
    if scores:
        columns = list(next(iter(scores.values())))
        rows = [(name, *(float(values[column]) for column in columns)) for name, values in scores.items()]
        terminal.say_table(f"Held-out cells of {held_out}, generated from the rest", ("", *columns), rows)
        terminal.say([verdict(record)])
    terminal.say([f"written: {out}"])
