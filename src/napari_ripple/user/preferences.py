"""What this user prefers in every session: threads, device, zone, how often to keep; one JSON file, validated."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from napari_ripple.user import places
from ripple_core.errors import DataError
from ripple_core.files import read_json, write_text
from ripple_core.settings import Settings

LOG = logging.getLogger(__name__)
FILE = "preferences.json"


class Preferences(Settings):
    """Settings of the viewer that hold for every session."""

    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        "auto", description="Where models compute; auto takes the fastest device of this computer."
    )
    threads: int = Field(
        0, ge=0, le=1024, description="Processor cores a model may use; 0 uses all but one, which the window needs."
    )
    zone_um: float = Field(
        200.0, gt=0, le=5000, description="Zone of a new session: how far around the region cells are regenerated."
    )
    autosave_s: int = Field(
        30, ge=0, le=3600, description="Seconds after which changes are kept in case of a crash; 0 keeps nothing."
    )
    counts: Literal["auto", "memory", "disk"] = Field(
        "auto",
        description="Where the counts of a large section are kept; auto: on disk where they need more than half of the free memory.",
    )
    show_tour: bool = Field(True, description="Show the five first steps when the panel opens.")


def load() -> Preferences:
    """The preferences as they were saved; where they cannot be used, the usual ones, and a line in the log."""
    path = _path()
    if not path.exists():
        return Preferences()
    try:
        content = read_json(path, "preferences in JSON", "Change them in Settings")
        return Preferences(**content)
    except (DataError, TypeError) as error:
        LOG.warning("The settings are those of a fresh installation: %s", error)
        return Preferences()


def change(**changes: Any) -> Preferences:
    """Change some preferences and save them; DataError for a value that cannot be."""
    changed = Preferences(**{**load().model_dump(), **changes})
    write_text(_path(), json.dumps(changed.model_dump(), indent=1))
    return changed


def _path() -> Path:
    return places.config_folder() / FILE
