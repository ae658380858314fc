"""Gene names that do not meet: what was probably meant, in one sentence for the user."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from ripple_core.io.gene_names import ENSEMBL

SHOWN, MOST_ASKED = 3, 12
ALIKE = 0.75


def near(name: str, known: Sequence[str], count: int = SHOWN) -> list[str]:
    """The known genes whose names are most like a name: those that begin so first, then those spelt alike.

    >>> near("Gfpa", ["Gfap", "Aqp4", "Gfap2"])
    ['Gfap']
    """
    folded = {gene.casefold(): gene for gene in known}
    begins = sorted((gene for gene in folded if gene.startswith(name.casefold())), key=len)
    alike = difflib.get_close_matches(name.casefold(), folded, n=count, cutoff=ALIKE)
    return [folded[gene] for gene in dict.fromkeys([*begins[:count], *alike])][:count]


def are_ids(names: Iterable[str]) -> bool:
    """Whether most names are Ensembl gene ids."""
    listed = list(names)
    return bool(listed) and 2 * sum(ENSEMBL.match(name) is not None for name in listed) > len(listed)


def advice(wanted: Sequence[str], known: Sequence[str]) -> str:
    """What to do about genes that are not known, in one sentence without its full stop: other names, or likely meant ones."""
    if are_ids(wanted) != are_ids(known):
        mine, theirs = ("Ensembl ids", "symbols") if are_ids(wanted) else ("symbols", "Ensembl ids")
        return f"The edit names genes by {mine}, the model by {theirs}: write {theirs} into the edit"
    meant = [(name, near(name, known)) for name in wanted[:MOST_ASKED]]
    meant = [(name, found) for name, found in meant if found][:SHOWN]
    if meant:
        return "Did you mean " + "; ".join(f"{', '.join(found)} for {name}" for name, found in meant)
    return f"The model knows {', '.join(known[:5])} …"
