"""Where a command writes its result: checked before any work is done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ripple_core.errors import DataError, sentence


def check(out: Path, inputs: Sequence[Path]) -> None:
    """Refuse a result that could not be written or would replace one of the inputs."""
    if out.suffix.lower() != ".h5ad" or out.is_dir():
        found = f"the folder {out}" if out.is_dir() else str(out)
        raise DataError(sentence("a result file that ends in .h5ad", found, "Pass --out RESULT.h5ad"))
    if out.resolve() in [path.resolve() for path in inputs]:
        raise DataError(sentence("a result file of its own", "the section's file", "Pass another --out"))
