"""Tables of text with columns of many names: parsed whatever their separator, looked up without regard to case and to what parts words."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd

from ripple_core.errors import DataError, sentence
from ripple_core.genesets.text import read as read_text


def parse(file: Path, what: str, way_out: str) -> pd.DataFrame:
    """A file that should be ``what`` ("a DEG table") as text columns, whatever its separator."""
    text = read_text(file, what, way_out)
    header = text.lstrip().splitlines()[:1]
    if not header:
        raise DataError(sentence(what, f"{file.name}, which is empty", way_out))
    separator = max("\t,;", key=lambda mark: len(next(csv.reader(header, delimiter=mark))))
    try:
        return pd.read_csv(io.StringIO(text), sep=separator, dtype="string", keep_default_na=False, index_col=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise DataError(sentence(what, f"{file.name} that does not parse ({str(error).strip()})", way_out)) from None


def names_of(raw: pd.DataFrame) -> dict[str, str]:
    """The columns by their names, see :func:`plain`; of two alike the first."""
    return {plain(str(column)): column for column in reversed(list(raw.columns))}


def find(names: dict[str, str], wanted: tuple[str, ...]) -> str | None:
    """The first of the wanted columns that is there."""
    return next((names[name] for name in map(plain, wanted) if name in names), None)


def plain(name: str) -> str:
    """A column's name in small letters, with one mark between its words.

    >>> plain("Log2 fold-change"), plain("adj.P.Val")
    ('log2_fold_change', 'adj_p_val')
    """
    return re.sub(r"[\s._-]+", "_", name.strip().casefold())


def numbers(column: pd.Series) -> pd.Series:
    """Numbers (rows,), with decimal points or commas; what is not a finite number becomes NaN."""
    values = pd.to_numeric(column.str.strip().str.replace(",", ".", regex=False), errors="coerce").astype(float)
    return values.where(np.isfinite(values))
