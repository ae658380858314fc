"""What all vendors' folders have in common: where a file is, what to say when it is not, and how a folder is called."""

from __future__ import annotations

from pathlib import Path

from ripple_core.errors import DataError, sentence

INSIDE = ("outs", "binned_outputs/square_008um", "outs/binned_outputs/square_008um")
"""Where in a folder the one that is meant may lie: a run's results; of Visium HD the bins that are as large as cells."""
PLAIN_NAMES = ("outs", "binned_outputs", "output")
"""Names that do not tell one folder from another."""
WAY_OUT = "Copy or download the whole folder again"


def first(folder: Path, *patterns: str) -> Path | None:
    """The first file in a folder of the first pattern that has any; a prefix that a download adds is allowed by ``*``."""
    for pattern in patterns:
        found = sorted(path for path in folder.glob(pattern) if not path.name.startswith("._"))
        if found:
            return found[0]
    return None


def needed(folder: Path, what: str, *patterns: str) -> Path:
    """The same; DataError, naming what is expected and what is there, where there is none."""
    found = first(folder, *patterns)
    if found is None:
        there = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        few = ", ".join(there[:5]) + (" …" if len(there) > 5 else "")
        expected = f"{what} ({' or '.join(patterns)}) in {folder.name}"
        raise DataError(sentence(expected, few or "an empty folder", WAY_OUT))
    return found


def name_of(folder: Path) -> str:
    """How a folder is called: its name, or, where that tells nothing, its parent's before it."""
    folder = folder.resolve()
    if folder.name.startswith("square_"):
        return f"{name_of(folder.parent)} {folder.name.removeprefix('square_').lstrip('0')}"
    return name_of(folder.parent) if folder.name in PLAIN_NAMES and folder.parent.name else folder.name
