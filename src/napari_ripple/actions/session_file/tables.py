"""Plain tables inside a session file: CSV that gives back every number, an empty word as an empty word, and NaN as NaN."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path

import pandas as pd

from napari_ripple.actions.session_file.store import Store
from ripple_core.files import write_text

MISSING = "NaN"


def keep(stem: str, table: pd.DataFrame, store: Store) -> str:
    """The name of the table's file inside."""
    return store.keep(f"{stem}.csv", table, partial(_write, table))


def read(name: str, store: Store, words: Collection[str] = ("gene",)) -> pd.DataFrame:
    """The table of a file inside; the columns ``words`` hold words, whatever they look like."""
    return store.thing(name, partial(_read, words=words))


def _write(table: pd.DataFrame, path: Path) -> None:
    write_text(path, table.to_csv(index=False, na_rep=MISSING))


def _read(path: Path, words: Collection[str]) -> pd.DataFrame:
    kinds = dict.fromkeys(words, str)
    numbers = {name: [MISSING, ""] for name in pd.read_csv(path, nrows=0).columns if name not in words}
    return pd.read_csv(path, float_precision="round_trip", dtype=kinds, keep_default_na=False, na_values=numbers)
