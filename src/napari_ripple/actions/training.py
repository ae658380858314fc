"""Train a model on the open section, on others of its file, and on other files."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

from napari_ripple.session import Session
from napari_ripple.state.training import Look, Training, TrainWish
from ripple_core.errors import DataError, among, sentence
from ripple_core.io import h5ad
from ripple_core.io.read import read
from ripple_core.models.card import verdict
from ripple_core.progress import Progress
from ripple_core.section import Section
from ripple_core.training.config import TrainSettings

FOLDER = "ripple-models"
Words = Callable[[Path], list[str]]


def wish_to_train(session: Session, **changes: Any) -> None:
    """Change what is to be trained: fields of TrainWish; nothing starts."""
    session.train_wish = TrainWish(**{**dict(session.train_wish), **changes})


def train(session: Session, **changes: Any) -> Generator[Progress, None, None]:
    """Train in this process, step by step; the fields of TrainWish and of TrainSettings. A loop that is left early keeps the best."""
    settings = {name: changes.pop(name) for name in list(changes) if name in TrainSettings.model_fields}
    wish = settled(session, TrainWish(settings=TrainSettings(**settings), **changes))
    chosen = [*_sections(session, wish), *(read(path) for path in wish.files)]
    from ripple_core.trainer import train_iter

    begin(session, wish)
    given: dict[str, Any] = {"config": wish.config or None, "start_from": wish.start_from or None}
    steps = train_iter(
        chosen, wish.model, out=wish.out, hold_out=wish.hold_out, resume=wish.resume, **given, **wish.settings.model_dump()
    )  # fmt: skip
    is_enough = False
    try:
        step = next(steps)
        while True:
            receive(session, step)
            if not is_enough:
                try:
                    yield step
                except GeneratorExit:
                    is_enough = True
            step = steps.send(is_enough)
    except StopIteration as end:
        finish(session, end.value.record)


def settled(session: Session, wish: TrainWish) -> TrainWish:
    """The wish with what it leaves open; DataError where nothing can be trained."""
    if session.section is None and not wish.files:
        raise DataError(sentence("a section to train on", "none", "Open a section first, or add files"))
    out = Path(wish.out) if wish.out else proposed_folder(session)
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / "config.json").is_file()):
        found = f"{out}, a {'file' if out.is_file() else 'folder with other files'}"
        raise DataError(sentence("a new folder or an older model to write to", found, "Choose another name"))
    return TrainWish(**{**dict(wish), "out": str(out.absolute())})


def proposed_folder(session: Session) -> Path:
    """Where a model of the open section is written if nobody says: beside its file, else in the home folder."""
    name = "model" if session.section is None else f"{session.section.name} model".replace("/", "-")
    path = session.section_path
    return path.with_name(name) if path is not None else Path.home() / FOLDER / name


def words_of(session: Session, wish: TrainWish) -> Words:
    """A function that gives the words of ``ripple train`` for a settled wish; it writes what they need into a folder.

    Sections of the open file are written anew there, as they may be a part of it, or in memory alone.
    """
    sections = _sections(session, wish)

    def words(folder: Path) -> list[str]:
        config = folder / "config.json"
        config.write_text(json.dumps({**wish.config, **wish.settings.model_dump(mode="json")}), encoding="utf-8")
        paths = [folder / f"section_{place}.h5ad" for place in range(len(sections))]
        for section, path in zip(sections, paths):
            h5ad.write(section.to_anndata(), path)
        options = ["--out", wish.out, "--model", wish.model, "--config", str(config)]
        options += [word for name in wish.hold_out for word in ("--hold-out", name)]
        options += ["--start-from", wish.start_from] if wish.start_from else []
        return ["train", *map(str, paths), *wish.files, *options, *(["--resume"] if wish.resume else [])]

    return words


def begin(session: Session, wish: TrainWish) -> None:
    """Say that a training of a settled wish has begun; RippleError where another one is under way."""
    if session.training.is_busy:
        raise DataError("A model is being trained. Wait until it is done, or stop it.")
    session.training = Training("running", wish, Progress(0, 0, "starting"), started=time.monotonic())


def receive(session: Session, step: Progress) -> None:
    """Take up what a step tells."""
    looks = session.training.looks
    if step.partial is not None:
        seen = step.partial if isinstance(step.partial, dict) else vars(step.partial)
        looks = (*looks, Look(**seen))
    session.training = replace(session.training, progress=step, looks=looks)


def finish(session: Session, record: dict[str, Any]) -> None:
    """Take up what has been trained, and remember it as a command."""
    training, wish = session.training, session.training.wish
    plain = {name: value for name, value in dict(wish).items() if value != TrainWish.model_fields[name].default}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items() if value}
    settings = plain.pop("settings", TrainSettings()).model_dump(exclude_defaults=True)
    session.record("train", **plain, **settings)
    words = f"{'Stopped early; the best so far was kept. ' if record.get('stopped') else ''}{verdict(record)}"
    session.training = replace(training, state="done", record=record, words=words)


def fail(session: Session, words: str) -> None:
    """Say why a training ended without a model."""
    session.training = replace(session.training, state="failed", words=words)


def _sections(session: Session, wish: TrainWish) -> list[Section]:
    """The sections of the open file that are wished for."""
    if not wish.sections:
        return [session.section] if session.section is not None and not wish.files else []
    there = {section.name: section for section in session.sections}
    unknown = [name for name in wish.sections if name not in there]
    if unknown:
        raise DataError(among("sections of the open file", ", ".join(unknown), there))
    return [there[name] for name in wish.sections]
