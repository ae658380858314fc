"""The text of a table or of a file of gene sets, whatever program wrote it; what is not text is said."""

from __future__ import annotations

from pathlib import Path

from ripple_core.errors import DataError, sentence


def read(file: Path, what: str, way_out: str) -> str:
    """The whole text of a file that should be ``what`` ("a DEG table"), without a byte order mark.

    A missing file, a folder and a file that is not UTF-8 text raise DataError with the way out.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(sentence(what, f"no file at {file}", "Check the path")) from None
    except (OSError, UnicodeDecodeError) as error:
        found = f"{file.name}, which cannot be read ({error})"
        raise DataError(sentence(f"{what} in text form", found, way_out)) from None
    if "\x00" in text:
        raise DataError(sentence(f"{what} in text form", f"{file.name}, which is not text", way_out))
    return text
