"""Choose what the cells are coloured by: a gene, several, a label, the result; and how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from napari_ripple.actions.tissue.section import shown_section
from napari_ripple.session import Command, Session
from ripple_core.errors import DataError, among, few, sentence
from ripple_core.genesets import gene_list
from ripple_core.genesets.score import matched

MAX_NAMED = 3


def color_by(
    session: Session,
    key: str,
    *,
    kind: Literal["gene", "label", "result"] | None = None,
    log: bool | None = None,
) -> None:
    """Colour the cells by a gene, a column of obs, or the result; ``kind`` None looks among columns, then genes."""
    section = shown_section(session)
    if kind is None:
        kind = "label" if key in section.obs else "gene"
    keys: dict[str, Iterable[str]] = {
        "gene": section.genes,
        "label": section.obs.columns,
        "result": _result_keys(session),
    }
    known = list(keys[kind])
    if key not in known:
        raise DataError(among(f"a {kind} of this section", repr(key), known))
    old = session.color_by
    if (kind, key) != (old.kind, old.key):
        session.hidden = frozenset()
    given: dict[str, Any] = {} if log is None else {"log": log}
    session.record("color_by", key=key, kind=kind, **given)
    session.color_by = replace(old, kind=kind, key=key, log=old.log if log is None else log, genes=())


def color_by_genes(session: Session, genes: Iterable[str], name: str | None = None) -> None:
    """Colour the cells by the mean z-score of several genes; those the section does not have are left out, and said."""
    there, missing = matched(shown_section(session), genes)
    called = name or (", ".join(there) if len(there) <= MAX_NAMED else f"{len(there)} genes")
    session.record("color_by_genes", genes=list(there), name=called)
    session.hidden = frozenset()
    session.color_by = replace(session.color_by, kind="set", key=called, genes=there)
    if missing:
        session.message = f"{called}: {len(there)} genes; not in this section: {few(missing, MAX_NAMED)}."


def color_by_set(session: Session, path: str | Path, set_name: str | None = None) -> None:
    """Colour the cells by a set of a GMT file (the first without a name), or by a file that lists genes."""
    genes = gene_list.read(path, set_name)
    color_by_genes(session, genes, set_name or Path(path).stem)


def set_limits(session: Session, low: float, high: float) -> None:
    """Set the percentiles (0 to 100) of the values that get the first and the last colour."""
    if not 0 <= low < high <= 100:
        raise DataError(sentence("0 ≤ low < high ≤ 100", f"{low:g} and {high:g}", "Choose two different percentiles"))
    session.record("set_limits", merge="limits", low=low, high=high)
    session.color_by = replace(session.color_by, low=float(low), high=float(high))


def hide_labels(session: Session, labels: Iterable[str]) -> None:
    """Hide the cells of these labels (of the column that is shown) and show all others."""
    hidden = frozenset(map(str, labels))
    session.record("hide_labels", merge="hidden", labels=sorted(hidden))
    session.hidden = hidden


def recolor_label(session: Session, label: str, color: str) -> None:
    """Give a label another colour (``#rrggbb``)."""
    check_color(color)
    command = Command("recolor_label", {"label": label, "color": color})
    session.choose(command, label_colors={**session.label_colors, label: color})


def check_color(color: str) -> None:
    """Raise DataError unless ``color`` reads #rrggbb."""
    digits = color[1:].lower()
    if len(color) != 7 or color[0] != "#" or any(digit not in "0123456789abcdef" for digit in digits):
        raise DataError(sentence("a colour like #e69f00", repr(color), "Write # and six hexadecimal digits"))


def _result_keys(session: Session) -> list[str]:
    return ["response", *([] if session.result is None else map(str, session.result.obs.columns))]
