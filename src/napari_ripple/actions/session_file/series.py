"""The parts of a session file that hold what many experiments in one go gave: a dose series, and a screen."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import anndata as ad
import pandas as pd
from pydantic import Field

from napari_ripple.actions.session_file.store import Store
from napari_ripple.session import Session
from napari_ripple.state.scenario import Dosed, Screened
from ripple_core.io import h5ad
from ripple_core.perturb.editing.edits import Edit
from ripple_core.perturb.many.doses import DoseSeries
from ripple_core.perturb.many.screen import Screen
from ripple_core.roi import Roi
from ripple_core.settings import Settings


class DosesContent(Settings):
    """A dose series."""

    member: str = Field(description="Its numbers inside: a row a dose, a column a gene; X is the response.")
    roi: dict[str, Any] = Field(description="Its region as a GeoJSON feature, µm.")
    edit: str = Field(description="What the edits are called.")
    asked: int = Field(description="How many doses were asked for.")
    name: str = ""
    cells: int = Field(description="Cells that were regenerated.")


class ScreenContent(Settings):
    """A screen."""

    member: str = Field(description="Its numbers inside: a row an edit, a column a gene; X is the response.")
    roi: dict[str, Any] = Field(description="Its region as a GeoJSON feature, µm.")
    edits: list[Edit] = Field(description="The edits, by their names.")
    unknown: tuple[str, ...] = Field((), description="Genes that the model does not know.")
    cells: int = Field(description="Cells that were regenerated.")
    asked: int = Field(description="How many edits were asked for.")


def take_doses(session: Session) -> Dosed | None:
    """The dose series."""
    return session.doses


def write_doses(made: Dosed, store: Store) -> dict[str, Any]:
    """As JSON, its numbers as a file."""
    found = made.found
    member = store.keep("doses.h5ad", found, partial(_write_doses, found))
    about = {"edit": made.edit, "asked": made.asked, "name": found.name, "cells": found.cells}
    return DosesContent(member=member, roi=made.roi.as_feature(), **about).model_dump(mode="json")


def read_doses(content: Any, store: Store) -> Dosed:
    """From JSON."""
    about = DosesContent(**content)
    found = store.thing(about.member, partial(_read_doses, about=about))
    return Dosed(found, Roi.from_feature(about.roi), about.edit, about.asked)


def give_doses(session: Session, made: Dosed | None) -> None:
    """Show it, or none."""
    session.doses = made


def take_screen(session: Session) -> Screened | None:
    """The screen."""
    return session.screen


def write_screen(made: Screened, store: Store) -> dict[str, Any]:
    """As JSON, its numbers as a file."""
    found = made.found
    member = store.keep("screen.h5ad", found, partial(_write_screen, found))
    about = {"unknown": found.unknown, "cells": found.cells, "asked": found.asked}
    edits = [edit.model_copy(update={"name": name}) for name, edit in found.edits.items()]
    return ScreenContent(member=member, roi=made.roi.as_feature(), edits=edits, **about).model_dump(mode="json")


def read_screen(content: Any, store: Store) -> Screened:
    """From JSON."""
    about = ScreenContent(**content)
    found = store.thing(about.member, partial(_read_screen, about=about))
    return Screened(found, Roi.from_feature(about.roi))


def give_screen(session: Session, made: Screened | None) -> None:
    """Show it, or none."""
    session.screen = made


def _write_doses(found: DoseSeries, path: Path) -> None:
    genes = pd.DataFrame({"edited": found.edited}, index=found.genes.astype(str))
    h5ad.write(_numbered(found.table, genes, found.response, spread=found.spread, noise=found.noise), path)


def _read_doses(path: Path, about: DosesContent) -> DoseSeries:
    numbers = h5ad.read(path)
    table = numbers.obs.reset_index(drop=True)
    layers = (numbers.X, numbers.layers["spread"], numbers.layers["noise"])
    edited = numbers.var["edited"].to_numpy(dtype=bool)
    genes = pd.Index(numbers.var_names.astype(str))
    return DoseSeries(table["dose"].to_numpy(), genes, *layers, table, edited, about.cells, about.name)


def _write_screen(found: Screen, path: Path) -> None:
    genes = pd.DataFrame(index=found.genes.astype(str))
    h5ad.write(_numbered(found.table, genes, found.response), path)


def _read_screen(path: Path, about: ScreenContent) -> Screen:
    numbers = h5ad.read(path)
    table, edits = numbers.obs.reset_index(drop=True), {edit.name: edit for edit in about.edits}
    table = table.assign(**{name: table[name].astype(str).astype(object) for name in ("name", "gene")})
    genes = pd.Index(numbers.var_names.astype(str))
    return Screen(table, numbers.X, genes, edits, about.unknown, about.cells, about.asked)


def _numbered(table: pd.DataFrame, genes: pd.DataFrame, values: Any, **layers: Any) -> ad.AnnData:
    """A table's rows as observations, numbered."""
    return ad.AnnData(values, obs=table.set_axis(table.index.astype(str)), var=genes, layers=layers)
