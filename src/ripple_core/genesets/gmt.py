"""Gene sets in the GMT format: one set a line, name, description and genes apart by tabs."""

from __future__ import annotations

from pathlib import Path

from ripple_core.errors import DataError, sentence
from ripple_core.genesets.text import read as read_text

WAY_OUT = "Write one set a line: its name, a description and its genes, apart by tabs"


def read(path: str | Path) -> dict[str, tuple[str, ...]]:
    """The sets of a GMT file by name, genes in file order, each once.

    Names may hold spaces. Empty entries and ``NA`` are left out, and so is a weight behind a gene (``GENE,1.0``).
    """
    file = Path(path)
    sets: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(read_text(file, "a GMT file", WAY_OUT).splitlines(), start=1):
        if line.strip():
            name, genes = _parse(line, number, file)
            sets[name] = tuple(dict.fromkeys(sets.get(name, ()) + genes))
    sets = {name: genes for name, genes in sets.items() if genes}
    if not sets:
        raise DataError(sentence("at least one gene set", f"an empty file {file.name}", WAY_OUT))
    return sets


def _parse(line: str, number: int, file: Path) -> tuple[str, tuple[str, ...]]:
    """Name and genes of one line; the genes may turn out to be none."""
    name, *rest = (entry.strip() for entry in line.split("\t"))
    if not name or len(rest) < 2:
        found = f"line {number} of {file.name} without {'genes' if name else 'a name'}"
        raise DataError(sentence("a named set with genes, apart by tabs", found, WAY_OUT))
    genes = (entry.split(",")[0].strip() for entry in rest[1:])
    return name, tuple(gene for gene in genes if gene and gene.casefold() != "na")
