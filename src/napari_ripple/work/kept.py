"""The sessions that were kept automatically: those of running viewers, those that a crash has left, those that ended."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from napari_ripple.actions.session_file.store import CONTENT, Store
from napari_ripple.user import places
from ripple_core.errors import DataError
from ripple_core.files import read_json, write_text

RUNNING, ENDED, OWNER = "running", "ended", "owner.json"
KEPT_ENDED = 5
SAME_START_S = 1.0


@dataclass(frozen=True)
class Kept:
    """A session that was kept automatically: its folder, when it was last written, and what is in it, in a few words."""

    folder: Path
    when: str
    words: str


def begin() -> Path:
    """A new folder for the session of a running viewer, which says at once whose it is."""
    folder = places.data_folder() / RUNNING / f"{datetime.now():%Y-%m-%d %H-%M-%S.%f} {uuid4().hex[:8]}"
    folder.mkdir(parents=True)
    write_text(folder / OWNER, json.dumps(_this_process()))
    return folder


def end(folder: Path, *, is_worth_it: bool = True) -> None:
    """Put a folder with the sessions that have ended, of which the last five stay; or remove it."""
    if not is_worth_it or not (folder / CONTENT).exists():
        shutil.rmtree(folder, ignore_errors=True)
        return
    target = places.data_folder() / ENDED / folder.name
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(folder, target)
    for old in sorted(target.parent.iterdir())[:-KEPT_ENDED]:
        shutil.rmtree(old, ignore_errors=True)


def left_by_a_crash() -> list[Kept]:
    """Sessions whose viewer has not ended but is gone, the latest first."""
    base = places.data_folder() / RUNNING
    folders = sorted(base.iterdir(), reverse=True) if base.is_dir() else []
    return list(_described(folder for folder in folders if _is_gone(folder)))


def ended() -> list[Kept]:
    """Sessions that ended in the usual way, the latest first."""
    base = places.data_folder() / ENDED
    return list(_described(sorted(base.iterdir(), reverse=True) if base.is_dir() else ()))


def _described(folders: Any) -> Iterator[Kept]:
    """Those of the folders that can be opened."""
    for folder in folders:
        try:
            content = Store(folder, folder).read()
        except DataError:
            continue
        yield Kept(folder, content.saved, _words(content.parts))


def _words(parts: dict[str, Any]) -> str:
    """What is in a session: its section, and how many regions and edits."""
    section, now = parts.get("section") or {}, (parts.get("choices") or {}).get("now") or {}
    name = Path(str(section.get("path") or section.get("name") or "a section")).name
    counts = [(len(now.get("rois", ())), "region"), (len(now.get("edits", ())), "edit")]
    words = [f"{number} {what}{'s' if number != 1 else ''}" for number, what in counts]
    return ", ".join([name, *words, *(["a result"] if parts.get("result") else [])])


def _is_gone(folder: Path) -> bool:
    """Whether the process that kept a folder no longer runs; one of another computer is left alone."""
    try:
        owner = read_json(folder / OWNER, "the owner of a kept session", "Remove the folder")
        if owner["host"] != platform.node():
            return False
        return abs(psutil.Process(int(owner["pid"])).create_time() - float(owner["started"])) > SAME_START_S
    except psutil.NoSuchProcess:
        return True
    except (DataError, KeyError, TypeError, ValueError, psutil.Error):
        return False


def _this_process() -> dict[str, Any]:
    return {"pid": os.getpid(), "started": psutil.Process().create_time(), "host": platform.node()}
