"""Reading that says what is wrong, writing that is never half-done: a temporary file in the same folder, then one replace."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from ripple_core.errors import DataError, sentence

SIMULATED = "simulated"


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; when the block succeeds it replaces ``path``, else nothing changes.

    A full disk or a folder that may not be written raises DataError.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=target.suffix, dir=target.parent)
        os.close(handle)
        os.chmod(name, 0o666 & ~_umask())
    except OSError as error:
        raise _cannot_write(target, error) from None
    temporary = Path(name)
    try:
        yield temporary
        os.replace(temporary, target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: str | Path) -> Iterator[Path]:
    """The same for a whole folder: the old one stays until the new one is complete."""
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise _cannot_write(target, error) from None
    os.chmod(temporary, 0o777 & ~_umask())
    old = temporary.with_name(temporary.name + "-old")
    try:
        yield temporary
        if target.exists():
            os.replace(target, old)
        os.replace(temporary, target)
    except OSError as error:
        if old.exists() and not target.exists():
            os.replace(old, target)
        raise _cannot_write(target, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def write_text(path: str | Path, text: str) -> None:
    """Write a text file whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_simulated(path: str | Path, table: pd.DataFrame) -> None:
    """Write a table of simulated values as CSV; its column ``simulated`` says so, unless the table has its own of that name."""
    told = table if SIMULATED in table else table.assign(**{SIMULATED: True})
    write_text(path, told.to_csv(index=False))


def read_json(path: str | Path, what: str, way_out: str) -> Any:
    """The content of a JSON file that should be ``what``; a missing or broken file raises DataError with the way out."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(sentence(what, f"no file at {path}", "Check the path")) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataError(sentence(what, f"{Path(path).name} that does not parse ({error})", way_out)) from None


def sha256(path: str | Path) -> str:
    """Hash of a file, or of a folder's files in name order, as hexadecimal text."""
    root = Path(path)
    return sha256_of(sorted(root.rglob("*")) if root.is_dir() else [root])


def sha256_of(files: Sequence[Path]) -> str:
    """Hash of files in this order, with their names, as hexadecimal text."""
    digest = hashlib.sha256()
    for file in files:
        if file.is_file():
            digest.update(file.name.encode())
            with file.open("rb") as stream:
                for block in iter(lambda s=stream: s.read(1 << 20), b""):  # type: ignore[misc]
                    digest.update(block)
    return digest.hexdigest()


def _umask() -> int:
    """The permissions that new files of this user lack (reading it means setting it)."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cannot_write(target: Path, error: OSError) -> DataError:
    found = error.strerror or str(error)
    return DataError(
        sentence(f"to write {target}", found, "Free some space or choose another folder; nothing was changed")
    )
