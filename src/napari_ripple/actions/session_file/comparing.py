"""The parts of a session file that hold comparisons: of two scenarios, and of a result with a real section."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anndata as ad
import pandas as pd
from pydantic import Field

from napari_ripple.actions.session_file import tables
from napari_ripple.actions.session_file.store import Store
from napari_ripple.session import Session
from napari_ripple.state.scenario import Against
from napari_ripple.state.simulation import Simulation
from ripple_core.io import h5ad
from ripple_core.perturb.reading.compare import Comparison
from ripple_core.settings import Settings

if TYPE_CHECKING:
    from ripple_core.benchmark.task import Estimate


class ComparisonContent(Settings):
    """Two scenarios held against each other."""

    names: tuple[str, str]
    table: str = Field(description="The difference of every gene: its file inside, CSV.")
    member: str = Field(description="Cells that both have, and genes: X is the response of A, a layer that of B.")
    only: tuple[int, int] = Field(description="Cells of A alone and of B alone.")
    pearson: float | None = None
    pearson_cells: float | None = None
    noise: str = ""
    differs: tuple[str, ...] = ()
    is_shown: bool = Field(False, description="Whether the tissue shows it.")


class Number(Settings):
    """A score with its interval; None where there is none."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


class RealContent(Settings):
    """A result held against a real section."""

    genes: str = Field(description="Every gene, simulated beside measured: its file inside, CSV.")
    scores: dict[str, dict[str, Number]]
    lead: Number
    best_rule: str
    cells: tuple[int, int]
    types: tuple[str, ...] = ()
    scenario: str
    path: str = Field(description="The real section's file.")


def take_comparison(session: Session) -> tuple[Comparison, bool] | None:
    """The comparison, and whether the tissue shows it."""
    found = session.comparison
    is_shown = session.simulation is not None and session.simulation.source is found
    return None if found is None else (found, is_shown)


def write_comparison(taken: tuple[Comparison, bool], store: Store) -> dict[str, Any]:
    """As JSON, its numbers as files."""
    found, is_shown = taken
    content = ComparisonContent(
        names=found.names,
        table=tables.keep("comparison", found.table, store),
        member=store.keep("comparison.h5ad", found, partial(_write_cells, found)),
        only=found.only,
        pearson=_known(found.pearson),
        pearson_cells=_known(found.pearson_cells),
        noise=found.noise,
        differs=found.differs,
        is_shown=is_shown,
    )
    return content.model_dump(mode="json")


def read_comparison(content: Any, store: Store) -> tuple[Comparison, bool]:
    """From JSON."""
    about = ComparisonContent(**content)
    table = tables.read(about.table, store, words=("gene", "edited"))
    return store.thing(about.member, partial(_read_cells, about=about, table=table)), about.is_shown


def give_comparison(session: Session, value: tuple[Comparison, bool] | None) -> None:
    """Hold the two against each other again, on the tissue if it was there; or none."""
    found, is_shown = value or (None, False)
    session.comparison = found
    if found is not None and is_shown and session.section is not None:
        session.simulation = Simulation.from_comparison(found, session.section)


def take_real(session: Session) -> Against | None:
    """The score against a real section."""
    return session.real


def write_real(made: Against, store: Store) -> dict[str, Any]:
    """As JSON, its genes as a file."""
    found = made.found
    content = RealContent(
        genes=tables.keep("real", found.genes, store),
        scores={name: {what: _number(one) for what, one in own.items()} for name, own in found.scores.items()},
        lead=_number(found.lead),
        best_rule=found.best_rule,
        cells=found.cells,
        types=found.types,
        scenario=made.scenario,
        path=str(made.path),
    )
    return content.model_dump(mode="json")


def read_real(content: Any, store: Store) -> Against:
    """From JSON."""
    from ripple_core.benchmark.real_section import RealScore

    about = RealContent(**content)
    scores = {name: {what: _estimate(one) for what, one in own.items()} for name, own in about.scores.items()}
    genes = tables.read(about.genes, store)
    found = RealScore(genes, scores, _estimate(about.lead), about.best_rule, about.cells, about.types)
    return Against(found, about.scenario, Path(about.path))


def give_real(session: Session, made: Against | None) -> None:
    """Show it, or none."""
    session.real = made


def _write_cells(found: Comparison, path: Path) -> None:
    genes = pd.DataFrame({"edited": found.edited}, index=found.genes.astype(str))
    layers = {"b": found.b, "observed": found.observed}
    h5ad.write(ad.AnnData(found.a, obs=pd.DataFrame(index=found.cells.astype(str)), var=genes, layers=layers), path)


def _read_cells(path: Path, about: ComparisonContent, table: pd.DataFrame) -> Comparison:
    cells = h5ad.read(path)
    edited = cells.var["edited"].to_numpy(dtype=bool)
    alike, alike_cells = (math.nan if value is None else value for value in (about.pearson, about.pearson_cells))
    return Comparison(
        about.names,
        table,
        pd.Index(cells.obs_names.astype(str)),
        pd.Index(cells.var_names.astype(str)),
        about.only,
        cells.X,
        cells.layers["b"],
        cells.layers["observed"],
        edited,
        alike,
        alike_cells,
        about.noise,
        about.differs,
    )


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _number(score: Estimate) -> Number:
    return Number(value=_known(score.value), low=_known(score.low), high=_known(score.high))


def _estimate(number: Number) -> Estimate:
    from ripple_core.benchmark.task import Estimate

    return Estimate(math.nan if number.value is None else number.value, number.low, number.high)
