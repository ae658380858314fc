"""Options that take several words: the option is put before each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from typer.core import TyperCommand


class SeveralWords(TyperCommand):
    """A command some of whose ``several`` options take all the words that follow them, up to the next option."""

    several: ClassVar[tuple[str, ...]] = ()

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the option before each of its words."""
        words: list[str] = []
        option = ""
        for word in args:
            is_its = not word.startswith("-") and self.belongs(word)
            if option and is_its and words[-1] != option:
                words.append(option)
            option = word if word in self.several else option if is_its else ""
            words.append(word)
        return super().parse_args(ctx, words)

    def belongs(self, word: str) -> bool:
        """Whether a word may be one of the option's."""
        return True


class SeveralNames(SeveralWords):
    """The same with names: a word that is a section's file or folder ends them."""

    def belongs(self, word: str) -> bool:
        """Whether a word is neither the name of a file, nor that of a folder that holds a section."""
        path = Path(word)
        return not path.is_file() and not (path.is_dir() and _holds_section(path))


def _holds_section(folder: Path) -> bool:
    from ripple_core.io import store, vendors

    return store.is_zarr(folder) or vendors.find(folder) is not None
