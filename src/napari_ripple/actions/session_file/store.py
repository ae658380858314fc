"""How a kept session lies on the disk: session.json with large things as files beside it, in a folder or zipped as one file."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import anndata as ad
from pydantic import Field

from ripple_core.errors import DataError, sentence
from ripple_core.files import read_json, replacing, write_text
from ripple_core.io import h5ad
from ripple_core.perturb.result import versions
from ripple_core.settings import Settings

SUFFIX = ".ripple"
CONTENT = "session.json"
SCHEMA_VERSION: Literal[1] = 1
WHAT, WAY_OUT = "a session that napari-ripple has saved", "Choose a file that Save session wrote"


class Content(Settings):
    """What session.json holds."""

    format: Literal["napari-ripple session"] = Field("napari-ripple session", description="What this file is.")
    schema_version: Literal[1] = Field(SCHEMA_VERSION, description="Version of this format.")
    saved: str = Field("", description="When it was saved, local time.")
    versions: dict[str, str] = Field(default_factory=dict, description="What it was saved with.")
    parts: dict[str, Any] = Field(description="What each part has kept, by the part's name.")


@dataclass
class Store:
    """A folder with session.json and the large things that it names.

    Parameters
    ----------
    folder
        Where the files lie.
    home
        Where the session's file lies: relative paths start there.
    moved
        Where the user says that the section is now.
    kept
        The large things that are in the folder already, by the name of their file: they are not written again.
    """

    folder: Path
    home: Path
    moved: Path | None = None
    kept: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _named: set[str] = field(default_factory=set)

    def keep(self, stem: str, thing: Any, write: Callable[[Path], object]) -> str:
        """The name of the file of a large thing, which is written unless it is there; ``stem`` may have a suffix."""
        name = next((name for name, there in self.kept.items() if there is thing), None)
        if name is None:
            name = self._free(Path(stem))
            write(self.folder / name)
            self.kept[name] = thing
        self._named.add(name)
        return name

    def keep_anndata(self, stem: str, adata: ad.AnnData) -> str:
        """The same for AnnData."""
        return self.keep(f"{stem}.h5ad", adata, lambda path: h5ad.write(adata, path))

    def anndata(self, name: str) -> ad.AnnData:
        """AnnData that was kept."""
        return self.thing(name, h5ad.read)

    def thing(self, name: str, read: Callable[[Path], Any]) -> Any:
        """A large thing that was kept, read once: the same object for the same name."""
        if name not in self.kept:
            self.kept[name] = read(self.path(name))
        return self.kept[name]

    def path(self, name: str) -> Path:
        """The file of a large thing; DataError for one that is not there or not inside the folder."""
        found = (self.folder / name).resolve()
        if self.folder.resolve() not in found.parents or not found.exists():
            raise DataError(sentence(WHAT, f"one without its file {name!r}", WAY_OUT))
        return found

    def write(self, parts: dict[str, Any]) -> None:
        """Write session.json; then what it no longer names goes."""
        content = Content(saved=datetime.now().isoformat(" ", "seconds"), versions=versions(), parts=parts)
        write_text(self.folder / CONTENT, json.dumps(content.model_dump(), indent=1))
        for name in [name for name in self.kept if name not in self._named]:
            del self.kept[name]
            _remove(self.folder / name)
        self._named.clear()

    def read(self) -> Content:
        """What session.json holds; DataError for anything else, and for a session of a newer napari-ripple."""
        found = read_json(self.folder / CONTENT, WHAT, WAY_OUT)
        if not isinstance(found, dict):
            raise DataError(sentence(WHAT, f"a {type(found).__name__}", WAY_OUT))
        version = found.get("schema_version")
        if isinstance(version, int) and version > SCHEMA_VERSION:
            raise DataError(sentence(WHAT, f"one of a newer version ({version})", "Update napari-ripple"))
        return Content(**found)

    def _free(self, stem: Path) -> str:
        taken = {path.name for path in self.folder.iterdir()}
        numbers = (f"{stem.stem}-{number}{stem.suffix}" for number in range(1, len(taken) + 2))
        return next(name for name in numbers if name not in taken)


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[Store]:
    """A store that becomes the file ``path`` when the block succeeds."""
    with TemporaryDirectory(prefix="ripple-") as folder:
        yield Store(Path(folder), path.absolute().parent)
        with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as file:
            for member in sorted(Path(folder).rglob("*")):
                how = zipfile.ZIP_DEFLATED if member.suffix == ".json" else zipfile.ZIP_STORED
                file.write(member, member.relative_to(folder).as_posix(), how)


@contextmanager
def reading(path: Path, moved: Path | None = None) -> Iterator[Store]:
    """The store in a file, or in a folder that was kept automatically; gone when the block ends."""
    home = path.absolute().parent
    if path.is_dir():
        yield Store(path, home, moved)
        return
    if not path.exists():
        raise DataError(sentence(WHAT, f"no file at {path}", "Check the path"))
    with TemporaryDirectory(prefix="ripple-") as folder:
        try:
            with zipfile.ZipFile(path) as file:
                file.extractall(folder)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError) as error:
            raise DataError(sentence(WHAT, f"{path.name}, which is of another kind ({error})", WAY_OUT)) from None
        yield Store(Path(folder), home, moved)
