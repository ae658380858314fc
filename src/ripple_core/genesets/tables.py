"""Any file of genes as named tables: a DEG table of one or several groups, a net, the sets of a GMT file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ripple_core.errors import DataError, RippleError, sentence
from ripple_core.genesets import deg_table, gmt, net
from ripple_core.genesets.columns import names_of, parse

SHOWN = 12


def read(path: str | Path) -> dict[str, pd.DataFrame]:
    """The tables of a file by name: ``gene``, ``lfc`` and, where the file has it, ``padj``.

    A DEG table is one, named after the file, or one for each of its groups; a net has one for each source, with the
    weight as ``lfc``; a GMT one for each set, with 1. DataError for a file that is none of these.
    """
    file = Path(path)
    if file.suffix.lower() == ".gmt":
        return {name: pd.DataFrame({"gene": list(genes), "lfc": 1.0}) for name, genes in gmt.read(file).items()}
    raw = parse(file, "a DEG table", deg_table.WAY_OUT)
    names = names_of(raw)
    if net.is_net(names) and not deg_table.has_fold_changes(names):
        return net.tables(raw, names, file.name)
    return deg_table.by_group(raw, file)


def pick(path: str | Path, name: str | None = None) -> tuple[str, pd.DataFrame]:
    """One table of a file and its name: the one named, or that of a plain DEG table; DataError names the choices."""
    tables = read(path)
    if name is None and len(tables) == 1 and Path(path).suffix.lower() != ".gmt":
        return next(iter(tables.items()))
    if name in tables:
        return str(name), tables[str(name)]
    there_are = ", ".join(list(tables)[:SHOWN]) + (" …" if len(tables) > SHOWN else "")
    found, way_out = (
        ("none named", "Choose by --set (set_name in Python) one of") if name is None else (repr(name), "There are")
    )
    raise DataError(sentence(f"the name of one set of {Path(path).name}", found, f"{way_out}: {there_are}"))


def sets_of(path: str | Path) -> tuple[str, ...]:
    """The names to choose from: sets of a GMT, sources of a net, groups of a table; none where a file has one table, or edits."""
    if Path(path).suffix.lower() == ".json":
        return ()
    found = tuple(read(path))
    return found if len(found) > 1 or Path(path).suffix.lower() == ".gmt" else ()


def known_sets(path: str | Path) -> tuple[str, ...]:
    """The same; none for a file that cannot be read any more."""
    try:
        return sets_of(path) if str(path) else ()
    except RippleError:
        return ()
