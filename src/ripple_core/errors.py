"""The errors a user may meet: each says what was expected, what was found, and the way out."""

from __future__ import annotations

from collections.abc import Iterable

NAMED = 8


class RippleError(Exception):
    """Base of every error that is written for the user; the viewer and the command line show it unchanged."""


class DataError(RippleError, ValueError):
    """A file, table, region or setting is not what was expected."""


class CheckpointError(RippleError, ValueError):
    """A model folder is damaged, foreign, or does not fit the section."""


class DeviceError(RippleError, RuntimeError):
    """The computing device asked for is not there, or ran out of memory."""


def sentence(expected: str, found: str, way_out: str) -> str:
    """One line in the project's order: expected, found, way out.

    >>> sentence("a polygon", "2 points", "Draw at least 3 points")
    'Expected a polygon, found 2 points. Draw at least 3 points.'
    """
    return f"Expected {expected}, found {found}. {way_out.rstrip('.')}."


def among(expected: str, found: str, there: Iterable[object]) -> str:
    """The sentence for a name that is not one of those ``there`` are, of which the first few are said.

    >>> among("the name of a region", "'tumor'", ["Region 1", "Region 2"])
    "Expected the name of a region, found 'tumor'. There are: Region 1, Region 2."
    """
    return sentence(expected, found, f"There are: {few(there) or 'none'}")


def few(names: Iterable[object], most: int = NAMED) -> str:
    """The first names, and dots for the others.

    >>> few(["a", "b", "c"], 2)
    'a, b …'
    """
    listed = [str(name) for name in names]
    return ", ".join(listed[:most]) + (" …" if len(listed) > most else "")
