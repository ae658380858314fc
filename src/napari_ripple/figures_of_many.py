"""The figures of several experiments: a dose series, a screen, two scenarios, and a result beside a real section."""

from __future__ import annotations

from napari_ripple.charts.chart import Shown
from napari_ripple.session import Session
from ripple_core.errors import DataError, sentence

STRONGEST = 20


def doses(session: Session, gene: str = "") -> Shown:
    """The response to the dose of one gene, or the mean of all that were not edited."""
    if session.doses is None:
        raise DataError(sentence("a dose series", "none", "Run one first"))
    found = session.doses.found
    if not gene:
        table = found.table[["dose", "effect", "placebo"]].set_axis(["dose", "response", "noise"], axis=1)
        return Shown(table, "Mean |response| by dose", "mean |response|", "dose")
    if gene not in found.genes:
        raise DataError(sentence("a gene of the dose series", repr(gene), "Choose one of its table"))
    return Shown(found.curve(gene), f"{gene} by dose", "response", "dose")


def screen(session: Session) -> Shown:
    """The edits that do most."""
    if session.screen is None:
        raise DataError(sentence("a screen", "none", "Run one first"))
    table = session.screen.found.table.head(STRONGEST).rename(columns={"effect": "value"})
    kept = [name for name in ("name", "value", "q", "p", "gene", "change") if name in table]
    return Shown(table[kept], "Strongest edits of the screen", bottom="mean |response| of genes not edited")


def comparison(session: Session) -> Shown:
    """Every gene: its response under A and under B."""
    found = session.comparison
    if found is None:
        raise DataError(sentence("two compared scenarios", "none", "Choose A and B, and compare"))
    table = found.table[["gene", "a", "b", "edited"]].assign(edited=found.table["edited"] != "")
    a, b = found.names
    words = ("response under B", "response under A")
    return Shown(
        table.set_axis(["gene", f"A: {a}", f"B: {b}", "edited"], axis=1), "A against B", *words, mark=_gene(session)
    )


def real(session: Session) -> Shown:
    """Every gene: how it changed in the real section, and in the simulation."""
    if session.real is None:
        raise DataError(sentence("a score", "none", "Score against a real section first"))
    table = session.real.found.genes[["gene", "measured", "simulated", "edited"]]
    words = ("simulated response", "measured change")
    return Shown(table, "Response beside the real change", *words, mark=_gene(session))


def _gene(session: Session) -> str:
    return session.color_by.key if session.color_by.kind == "gene" else ""
