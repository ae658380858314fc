"""Plain lists of genes: typed, pasted, or the lines of a text file."""

from __future__ import annotations

import re
from pathlib import Path

from ripple_core.errors import DataError, among, sentence
from ripple_core.genesets import columns, deg_table, gmt
from ripple_core.genesets.text import read as read_text

WAY_OUT = "Write one gene a line, or genes apart by commas or spaces"


def parse(text: str) -> tuple[str, ...]:
    """The genes of a text, apart by commas, semicolons, spaces or new lines, each once, in their order.

    >>> parse("Il6, Tnf; Il6\\nActa2")
    ('Il6', 'Tnf', 'Acta2')
    """
    words = (word.strip("\"'") for word in re.split(r"[\s,;]+", text))
    return tuple(dict.fromkeys(word for word in words if word and word.casefold() != "na"))


def read(path: str | Path, set_name: str | None = None) -> tuple[str, ...]:
    """The genes of a file: a set of a GMT file (the first without a name), the gene column of a table (CSV, TSV), or a plain list."""
    file = Path(path)
    if file.suffix.lower() == ".gmt":
        sets = gmt.read(file)
        name = next(iter(sets)) if set_name is None else set_name
        if name not in sets:
            raise DataError(among(f"a set of {file.name}", repr(name), sets))
        return sets[name]
    text = read_text(file, "a list of genes", WAY_OUT)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(any(mark in line for mark in ",\t;") for line in lines):
        table = columns.parse(file, "a table of genes", WAY_OUT)
        column = columns.find(columns.names_of(table), deg_table.GENE_COLUMNS) or table.columns[0]
        genes = tuple(dict.fromkeys(table[column].dropna().astype(str).str.strip()))
    else:
        first, *rest = parse(text) or ("",)
        genes = tuple(rest) if rest and first.casefold() in deg_table.GENE_COLUMNS else parse(text)
    if not genes:
        raise DataError(sentence("a list of genes", f"an empty file {file.name}", WAY_OUT))
    return genes
