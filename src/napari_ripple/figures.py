"""The figures of a result: which chart shows what, read from the session; the panel and scripts take the same ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_ripple import actions, figures_of_many
from napari_ripple.actions.result.results import result_of
from napari_ripple.canvas.colors import label_color
from napari_ripple.charts.bars import BeforeAfter, SignedBars
from napari_ripple.charts.chart import Chart, Shown
from napari_ripple.charts.curves import Curves
from napari_ripple.charts.doses import DoseCurve
from napari_ripple.charts.heat import Heat
from napari_ripple.charts.save import save
from napari_ripple.charts.scatter import Scatter
from napari_ripple.charts.volcano import VolcanoChart
from napari_ripple.session import Session
from ripple_core.errors import DataError, sentence
from ripple_core.perturb.reading import response

STRONGEST, COLUMNS, TYPES = 12, 10, 24
DISTANCE = "distance from the region (µm)"
STRENGTH = "mean |response| of genes not edited"


@dataclass(frozen=True)
class Figure:
    """One figure: the chart that draws it, and how its table is read from a session (DataError without a result)."""

    chart: type[Chart]
    read: Callable[[Session], Shown]


def genes(session: Session) -> Shown:
    """The genes that change most and were not edited; whiskers are the spread over runs."""
    table = response.gene_table(result_of(session))
    table = table[~table["edited"]].head(STRONGEST).rename(columns={"gene": "name", "response": "value"})
    spread = " ± spread over runs" if "sd" in table else ""
    keep = [name for name in ("name", "value", "sd", "p", "q", "share_up", "control") if name in table]
    return Shown(table[keep], f"Most changed genes{spread}", bottom="response", mark=gene_of(session))


def volcano(session: Session) -> Shown:
    """All genes by size and evidence."""
    found = actions.volcano(session)
    return Shown(
        found.table, "Every gene of the model", found.evidence, "mean response", line=found.line, mark=gene_of(session)
    )


def types(session: Session) -> Shown:
    """Cell types by the genes that change most."""
    key = type_key(session)
    chosen = list(genes(session).table["name"].head(COLUMNS))
    table = actions.response_by_type(session, key, chosen).head(COLUMNS * TYPES)
    top = table["response"].abs().max()
    return Shown(table, "Mean response by cell type", bottom=f"blue −{top:.2g}, orange +{top:.2g}")


def type_strength(session: Session) -> Shown:
    """How much each cell type responds over all genes that were not edited."""
    key = type_key(session)
    table = response.types(result_of(session), key).head(TYPES).rename(columns={"type": "name", "response": "value"})
    return Shown(table, "Response of each cell type", bottom=STRENGTH, colors=type_colors(session, key, table["name"]))


def distance(session: Session) -> Shown:
    """The curve of the gene that colours the tissue, or of the mean over all genes that were not edited."""
    gene = gene_of(session)
    table = actions.response_by_distance(session, [gene] if gene else None)
    what = f"Response of {gene}" if gene else "Mean |response|"
    return Shown(table, f"{what} by distance", "response", DISTANCE)


def distance_by_type(session: Session) -> Shown:
    """The same for each of the most frequent cell types."""
    gene, key = gene_of(session), type_key(session)
    table = response.by_distance_and_type(result_of(session), key, [gene] if gene else None)
    colors = type_colors(session, key, table["type"].unique())
    what = f"Response of {gene}" if gene else "Mean |response|"
    return Shown(table, f"{what} by distance and cell type", "response", DISTANCE, colors)


def niches(session: Session) -> Shown:
    """The share of the regenerated cells in each niche, without the edit and with it; DataError before they were compared."""
    from ripple_core.niche.change import shares

    table = shares(result_of(session)).rename(columns={"niche": "name"})
    names = tuple(map(str, table["name"]))
    words = "share: grey control, orange edit"
    colors = {name: label_color(names, name) for name in names}
    return Shown(table, "Niches before and after", bottom=words, colors=colors)


FIGURES = {
    "genes": Figure(SignedBars, genes),
    "volcano": Figure(VolcanoChart, volcano),
    "types": Figure(Heat, types),
    "type_strength": Figure(SignedBars, type_strength),
    "distance": Figure(Curves, distance),
    "distance_by_type": Figure(Curves, distance_by_type),
    "niches": Figure(BeforeAfter, niches),
    "doses": Figure(DoseCurve, figures_of_many.doses),
    "screen": Figure(SignedBars, figures_of_many.screen),
    "comparison": Figure(Scatter, figures_of_many.comparison),
    "real": Figure(Scatter, figures_of_many.real),
}


def save_figure(session: Session, figure: str, path: str | Path, gene: str = "") -> None:
    """Write a figure for print (.svg, .png) or its numbers (.csv); it says that it is simulated.

    ``gene`` is that of a curve over doses; without it the mean of all genes that were not edited.
    """
    if figure not in FIGURES:
        raise DataError(sentence(f"one of {', '.join(FIGURES)}", repr(figure), "Choose one of these"))
    shown = figures_of_many.doses(session, gene) if figure == "doses" else FIGURES[figure].read(session)
    save(FIGURES[figure].chart, shown, path)
    session.record("save_figure", figure=figure, path=str(path), **({"gene": gene} if gene else {}))


def record(session: Session) -> dict[str, Any]:
    """How the result was made and what it holds; empty without one."""
    return {} if session.result is None else json.loads(str(session.result.uns.get("ripple", "{}")))


def gene_of(session: Session) -> str:
    """The gene that colours the tissue, if the model knows it; else an empty word."""
    by, result = session.color_by, session.result
    is_known = result is not None and by.kind == "gene" and by.key in result.var_names
    return by.key if is_known and bool(result.var["ripple_in_model"][by.key]) else ""


def type_key(session: Session) -> str:
    """The column that tells cell types apart; DataError where the section has none."""
    key = session.label_key
    if key is None or key not in result_of(session).obs:
        raise DataError(sentence("a column of cell types", "none in this section", "Colour the cells by a label first"))
    return key


def type_colors(session: Session, key: str, names: Iterable[str]) -> dict[str, str]:
    """The colours that these types have on the tissue."""
    column = result_of(session).obs[key].astype("category") if session.section is None else session.section.obs[key]
    categories = column.astype("category").cat.remove_unused_categories().cat.categories
    known = tuple(map(str, categories))
    return {str(name): label_color(known, str(name), session.label_colors) for name in names if str(name) in known}
