"""The models that this user knows of: used last, the example's, and those in folders that were named; one list for each user."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from napari_ripple.user import places
from ripple_core.errors import DataError
from ripple_core.files import read_json, write_text
from ripple_core.models.checkpoint import CONFIG, WEIGHTS
from ripple_core.settings import Settings

LOG = logging.getLogger(__name__)
FILE = "models.json"
MOST, DEPTH = 20, 3


class Known(Settings):
    """What the list holds: models by when they were used, the latest first, and folders to look into."""

    models: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shelved:
    """One model: its folder, and why it is on the list."""

    path: Path
    why: str


def models(example: Path | None = None) -> list[Shelved]:
    """All models that are still there, each once: those used last, those of the folders, the example's."""
    known = _read()
    found = {Path(path): "used before" for path in known.models}
    for folder in known.folders:
        for path in _inside(Path(folder), DEPTH):
            found.setdefault(path, f"in {Path(folder).name}")
    if example is not None:
        found.setdefault(example, "the example's")
    return [Shelved(path, why) for path, why in found.items() if is_model(path)]


def remember(path: Path) -> None:
    """Put a model first; a list that cannot be written is said in the log."""
    known, name = _read(), os.path.abspath(path)
    listed = (name, *(other for other in known.models if other != name))[:MOST]
    _write(Known(models=listed, folders=known.folders))


def look_into(folder: Path) -> int:
    """Look for models in a folder from now on; gives how many there are now."""
    known, name = _read(), os.path.abspath(folder)
    _write(Known(models=known.models, folders=tuple(dict.fromkeys((*known.folders, name)))))
    return len(list(_inside(folder.absolute(), DEPTH)))


def forget(path: Path) -> None:
    """Take a model or a folder off the list; nothing is deleted."""
    known, name = _read(), os.path.abspath(path)
    kept = [tuple(one for one in names if one != name) for names in (known.models, known.folders)]
    _write(Known(models=kept[0], folders=kept[1]))


def is_model(path: Path) -> bool:
    """Whether a folder looks like a trained model."""
    return (path / CONFIG).is_file() and (path / WEIGHTS).is_file()


def _inside(folder: Path, depth: int) -> Iterator[Path]:
    """Models in a folder and, so many levels deep, below it; hidden folders are left out."""
    if is_model(folder):
        yield folder
    elif depth > 0 and folder.is_dir():
        try:
            below = sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
        except OSError:  # may not be read
            return
        for one in below:
            yield from _inside(one, depth - 1)


def _read() -> Known:
    try:
        return Known(**read_json(places.config_folder() / FILE, "a list of models", "Nothing needs to be done"))
    except (DataError, TypeError):
        return Known()


def _write(known: Known) -> None:
    try:
        write_text(places.config_folder() / FILE, json.dumps(known.model_dump(), indent=1))
    except DataError as error:
        LOG.warning("The list of models was not kept: %s", error)
