"""The session files that were saved or opened last, the latest first; one short list for each user."""

from __future__ import annotations

import json
from pathlib import Path

from napari_ripple.user import places
from ripple_core.errors import DataError
from ripple_core.files import read_json, write_text

FILE = "recent.json"
MOST = 8


def files() -> list[Path]:
    """Those that are still there."""
    return [path for path in _all() if path.exists()]


def add(path: Path) -> None:
    """Put a file first."""
    rest = [other for other in _all() if other != path.absolute()]
    listed = [str(one) for one in [path.absolute(), *rest][:MOST]]
    write_text(places.data_folder() / FILE, json.dumps(listed, indent=1))


def _all() -> list[Path]:
    """The whole list; an unreadable one is empty."""
    try:
        found = read_json(places.data_folder() / FILE, "a list of files", "Nothing needs to be done")
    except DataError:
        return []
    return [Path(one) for one in found if isinstance(one, str)] if isinstance(found, list) else []
