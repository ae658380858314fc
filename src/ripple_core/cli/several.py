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
    """The same with names: a word that is a file ends them."""

    def belongs(self, word: str) -> bool:
        """Whether a word is not the name of a file."""
        return not Path(word).is_file()
